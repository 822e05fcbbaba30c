import { Buffer } from 'node:buffer';

const FIRST_BYTES = 1_024;

/** The UTF-8 of the last string. JavaScript values are appended like texts through it. */
export class ScratchText {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  length = 0;

  /** False if UTF-8 can't encode the string, because it contains an unpaired surrogate. */
  write(text: string): boolean {
    // A UTF-16 unit needs at most three bytes.
    if (this.bytes.length < text.length * 3) this.bytes = Buffer.allocUnsafeSlow(text.length * 3);
    this.length = this.bytes.write(text, 0, 'utf8');
    return !/\p{Surrogate}/u.test(text);
  }
}
