import { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { BRACE, endOfValue } from './json-text/end-of-value.js';
import { ScratchText } from './json-text/scratch-text.js';
import { QUOTE, StringToken } from './json-text/string-token.js';
import { ScalarWriter } from './native/column-writer.js';
import { bytesOfText } from './native/encoded-text.js';
import { lengthAt } from './native/read-bytes.js';
import { expectNoArguments, wholeArgument, wrongArguments } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';
import type { ReadVariant } from './value-rule.js';

/** String and FixedString(N): text as UTF-8, or bytes. */
export const strings: TypeFamily = {
  names: ['String', 'FixedString'],
  rule: {
    types: 'String, FixedString(N)',
    accepts: 'a string; FixedString of at most N bytes in UTF-8, padded with zero bytes',
    rejectedAs: ['wrong_type', 'empty_string', 'invalid_utf8', 'too_long', 'bad_encoding'],
    reads: {
      json: 'any value, stored as the text that was sent',
      'json-object': 'an object, stored as the text that was sent',
      'not-empty': 'a string of at least one character',
      base64:
        'a string of base64 (RFC 4648, either alphabet, with or without padding), stored as bytes',
      hex: 'a string of hexadecimal digits, stored as bytes',
    },
    inJavaScript: 'string; a transform may also give bytes (Uint8Array)',
  },
  create(node): ColumnType {
    const isFixed = node.name === 'FixedString';
    if (!isFixed) expectNoArguments(node);
    if (node.args.length > 1) throw wrongArguments(node, 'takes a number of bytes only');
    const size = isFixed ? wholeArgument(node, 0, { min: 1, max: MAX_FIXED, what: 'a size' }) : 0;
    const text = isFixed ? `FixedString(${size})` : 'String';
    return {
      node,
      text,
      layout: isFixed ? { kind: 'fixed', width: size } : { kind: 'string' },
      reads: ['json', 'json-object', 'not-empty', 'base64', 'hex'],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: true,
      createWriter: ({ fault, read }) =>
        isFixed
          ? new FixedStringWriter(text, { size, fault, read })
          : new StringWriter(text, { fault, read }),
    };
  },
};

/** As in ClickHouse (`MAX_FIXEDSTRING_SIZE`). */
const MAX_FIXED = 0xff_ffff;

interface StringOptions {
  readonly fault: ValueFault;
  readonly read: ReadVariant | undefined;
}

// Only one value is appended at a time, so one scratch object is enough.
const string = new StringToken();
const scratch = new ScratchText();

abstract class BytesWriter extends ScalarWriter {
  private readonly isJson: boolean;
  private readonly isObject: boolean;
  private readonly canBeEmpty: boolean;
  private readonly encoding: 'base64' | 'hex' | null;

  constructor(type: string, { fault, read }: StringOptions) {
    super(type, fault);
    this.isObject = read === 'json-object';
    this.isJson = read === 'json' || this.isObject;
    this.canBeEmpty = read !== 'not-empty';
    this.encoding = read === 'base64' || read === 'hex' ? read : null;
  }

  appendJson(bytes: Buffer, at: number): number {
    if (this.isJson) {
      if (this.isObject && bytes[at] !== BRACE) {
        return this.wrongType(bytes, at, 'must be an object');
      }
      const end = endOfValue(bytes, at);
      return this.write(bytes, at, end) === FAULT ? FAULT : end;
    }
    if (bytes[at] !== QUOTE) return this.wrongType(bytes, at, 'must be a string');
    string.read(bytes, at);
    const { source, start, end, next } = string;
    if (string.isBroken) return this.brokenText();
    return this.appendText(source, start, end) === FAULT ? FAULT : next;
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    if (start === end && !this.canBeEmpty) {
      return this.fault.raise('empty_string', 'must not be empty');
    }
    if (this.encoding === null) return this.write(bytes, start, end) === FAULT ? FAULT : end;
    const decoded = bytesOfText(bytes.toString('latin1', start, end), this.encoding);
    if (decoded === null) {
      return this.fault.raise('bad_encoding', `must be a string of ${this.encoding}`);
    }
    return this.write(decoded, 0, decoded.length) === FAULT ? FAULT : end;
  }

  appendValue(value: unknown): number {
    if (value instanceof Uint8Array) return this.write(Buffer.from(value), 0, value.length);
    if (typeof value !== 'string') return this.wrongValue(value, 'must be a string');
    if (!scratch.write(value)) return this.brokenText();
    return this.write(scratch.bytes, 0, scratch.length);
  }

  protected abstract write(bytes: Buffer, start: number, end: number): number;

  private brokenText(): typeof FAULT {
    return this.fault.raise(
      'invalid_utf8',
      "contains an unpaired surrogate, which UTF-8 can't encode",
    );
  }
}

class StringWriter extends BytesWriter {
  appendZero(): void {
    this.column.appendUInt8(0);
  }

  valueAt(at: number): string {
    const length = lengthAt(this.column.bytes, at);
    return this.column.bytes.toString('utf8', length.end, length.end + length.value);
  }

  sizeAt(at: number): number {
    const length = lengthAt(this.column.bytes, at);
    return length.end - at + length.value;
  }

  protected write(bytes: Buffer, start: number, end: number): number {
    this.column.appendString(bytes, start, end);
    return 0;
  }
}

class FixedStringWriter extends BytesWriter {
  private readonly size: number;

  constructor(type: string, { size, ...options }: StringOptions & { readonly size: number }) {
    super(type, options);
    this.size = size;
  }

  appendZero(): void {
    this.column.appendZeros(this.size);
  }

  /** The value without the zero bytes that pad it. */
  valueAt(at: number): string {
    return this.column.bytes.toString('utf8', at, at + this.size).replace(/\0+$/, '');
  }

  sizeAt(): number {
    return this.size;
  }

  protected write(bytes: Buffer, start: number, end: number): number {
    const missing = this.size - (end - start);
    if (missing < 0) {
      return this.fault.raise('too_long', `must have at most ${this.size} bytes`);
    }
    this.column.appendBytes(bytes, start, end);
    this.column.appendZeros(missing);
    return 0;
  }
}
