import { Buffer } from 'node:buffer';

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

const FIRST_BYTES = 1_024;

const SHORT_ESCAPES = new Uint8Array(256);
for (const [escape, meant] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  SHORT_ESCAPES[escape!.charCodeAt(0)] = meant!.charCodeAt(0);
}

/** The last string that was read from a checked JSON text: its bytes, with escapes resolved. */
export class StringToken {
  /** The text itself if the string has no escapes. Otherwise a scratch buffer that the next string overwrites. */
  source: Buffer = Buffer.alloc(0);
  start = 0;
  /** Exclusive. */
  end = 0;
  /** Position after the closing quote. */
  next = 0;
  /** Whether an unpaired surrogate was escaped, which UTF-8 can't encode. */
  isBroken = false;
  private scratch = Buffer.allocUnsafeSlow(FIRST_BYTES);

  /** `at` is the position of the opening quote. */
  read(bytes: Buffer, at: number): void {
    let end = at + 1;
    while (bytes[end] !== QUOTE && bytes[end] !== BACKSLASH) end++;
    this.source = bytes;
    this.start = at + 1;
    this.end = end;
    this.next = end + 1;
    this.isBroken = false;
    if (bytes[end] === BACKSLASH) this.resolve(bytes, at + 1, end);
  }

  text(): string {
    return this.source.toString('utf8', this.start, this.end);
  }

  /** `bytes[start, first)` has no escapes, and the first escape is at `first`. */
  private resolve(bytes: Buffer, start: number, first: number): void {
    const close = closingQuote(bytes, first);
    // An escape is never shorter than its character in UTF-8.
    if (this.scratch.length < close - start) this.scratch = Buffer.allocUnsafeSlow(close - start);
    const { scratch } = this;
    let to = bytes.copy(scratch, 0, start, first);
    for (let at = first; at < close;) {
      if (bytes[at] !== BACKSLASH) scratch[to++] = bytes[at++]!;
      else if (bytes[at + 1] !== LETTER_U) {
        scratch[to++] = SHORT_ESCAPES[bytes[at + 1]!]!;
        at += 2;
      } else {
        const unit = hexAt(bytes, at + 2);
        const isPair = isHigh(unit) && bytes[at + 6] === BACKSLASH && bytes[at + 7] === LETTER_U;
        const low = isPair ? hexAt(bytes, at + 8) : 0;
        if (isLow(low)) {
          to = writePoint(scratch, to, 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
          at += 12;
        } else {
          if (isHigh(unit) || isLow(unit)) this.isBroken = true;
          to = writePoint(scratch, to, unit);
          at += 6;
        }
      }
    }
    this.source = scratch;
    this.start = 0;
    this.end = to;
    this.next = close + 1;
  }
}

/** Position after the string that opens at `at`. */
export function endOfString(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (bytes[end] !== QUOTE && bytes[end] !== BACKSLASH) end++;
  return (bytes[end] === QUOTE ? end : closingQuote(bytes, end)) + 1;
}

function closingQuote(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function hexAt(bytes: Buffer, at: number): number {
  let value = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index]!;
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return value;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function writePoint(bytes: Buffer, at: number, point: number): number {
  let to = at;
  if (point < 0x80) bytes[to++] = point;
  else if (point < 0x800) {
    bytes[to++] = 0xc0 | (point >> 6);
    bytes[to++] = 0x80 | (point & 0x3f);
  } else if (point < 0x1_0000) {
    bytes[to++] = 0xe0 | (point >> 12);
    bytes[to++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[to++] = 0x80 | (point & 0x3f);
  } else {
    bytes[to++] = 0xf0 | (point >> 18);
    bytes[to++] = 0x80 | ((point >> 12) & 0x3f);
    bytes[to++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[to++] = 0x80 | (point & 0x3f);
  }
  return to;
}
