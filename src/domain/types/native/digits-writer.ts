import type { Buffer } from 'node:buffer';
import { NumberToken } from '../json-text/number-token.js';
import { QUOTE, StringToken } from '../json-text/string-token.js';
import { FAULT } from '../value-fault.js';
import { FixedWriter } from './column-writer.js';

// Only one value is appended at a time, so one scratch object is enough.
const string = new StringToken();

/** Numbers that JSON has as a number or as a string of digits, because JavaScript numbers can't represent all of them. */
export abstract class DigitsWriter extends FixedWriter {
  /** The number that was read last. */
  protected readonly number = new NumberToken();
  /** The rule that a wrong value breaks, as the end of a sentence. */
  protected abstract readonly rule: string;

  appendJson(bytes: Buffer, at: number): number {
    if (bytes[at] === QUOTE) {
      string.read(bytes, at);
      const { source, start, end, next } = string;
      return this.appendText(source, start, end) === FAULT ? FAULT : next;
    }
    const behind = this.number.read(bytes, at, bytes.length);
    if (behind < 0) return this.wrongType(bytes, at, this.rule);
    return this.appendNumber() === FAULT ? FAULT : behind;
  }

  /** Appends `number`, or raises the fault. */
  protected abstract appendNumber(): number;
}
