import type { Buffer } from 'node:buffer';
import { NumberToken } from '../json-text/number-token.js';
import { ScratchText } from '../json-text/scratch-text.js';
import { QUOTE, StringToken } from '../json-text/string-token.js';
import { FAULT, type ValueFault } from '../value-fault.js';
import { FixedWriter } from './column-writer.js';

// Only one value is appended at a time, so one scratch object is enough.
const string = new StringToken();
const number = new NumberToken();
const scratch = new ScratchText();

export interface TextWriterOptions {
  readonly width: number;
  /** What a value must be, as the end of a sentence. */
  readonly rule: string;
  /** The rule for values that are not strings. If left out, `rule` applies. */
  readonly typeRule?: string;
  readonly fault: ValueFault;
}

/** A type of fixed width whose values are written as text: UUID, IPv4, Date and so on. */
export abstract class TextWriter extends FixedWriter {
  protected readonly rule: string;
  private readonly typeRule: string;

  constructor(type: string, { width, rule, typeRule = rule, fault }: TextWriterOptions) {
    super(type, width, fault);
    this.rule = rule;
    this.typeRule = typeRule;
  }

  appendJson(bytes: Buffer, at: number): number {
    if (bytes[at] !== QUOTE) return this.wrongType(bytes, at, this.typeRule);
    string.read(bytes, at);
    const { source, start, end, next } = string;
    return this.appendText(source, start, end) === FAULT ? FAULT : next;
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    return this.appendSpelt(bytes, start, end) === FAULT ? FAULT : end;
  }

  appendValue(value: unknown): number {
    if (typeof value !== 'string') return this.wrongValue(value, this.typeRule);
    scratch.write(value);
    return this.appendSpelt(scratch.bytes, 0, scratch.length);
  }

  /** Appends a value in the type's own spelling. */
  protected abstract appendSpelt(bytes: Buffer, start: number, end: number): number;
}

/** A type that a column may also represent as a number: with `epoch-ms`, or as an Enum's number. */
export abstract class NumberOrTextWriter extends TextWriter {
  private readonly isNumber: boolean;
  private readonly numberRule: string;

  constructor(
    type: string,
    options: TextWriterOptions & {
      /** What the number must be. Null if values are written as text. */
      readonly numberRule: string | null;
    },
  ) {
    super(type, options);
    this.isNumber = options.numberRule !== null;
    this.numberRule = options.numberRule ?? '';
  }

  override appendJson(bytes: Buffer, at: number): number {
    if (!this.isNumber || bytes[at] === QUOTE) return super.appendJson(bytes, at);
    const behind = number.read(bytes, at, bytes.length);
    if (behind < 0) return this.wrongType(bytes, at, this.numberRule);
    return this.appendNumber(number) === FAULT ? FAULT : behind;
  }

  override appendText(bytes: Buffer, start: number, end: number): number {
    if (!this.isNumber) return super.appendText(bytes, start, end);
    const isNumber = number.read(bytes, start, end) === end;
    if (!isNumber) return this.fault.raise('wrong_type', this.numberRule);
    return this.appendNumber(number) === FAULT ? FAULT : end;
  }

  /** Appends the number that the token has read. */
  protected abstract appendNumber(token: NumberToken): number;
}
