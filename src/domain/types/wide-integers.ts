import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { ScratchText } from './json-text/scratch-text.js';
import { DigitsWriter } from './native/digits-writer.js';
import { appendWhole } from './native/integer-text.js';
import { bigIntAt } from './native/read-bytes.js';
import { expectNoArguments } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

/** Int64 to UInt256. JavaScript numbers can't represent all their values exactly. */
export const wideIntegers: TypeFamily = {
  names: ['Int64', 'Int128', 'Int256', 'UInt64', 'UInt128', 'UInt256'],
  rule: {
    types: 'Int64, Int128, Int256, UInt64, UInt128, UInt256',
    accepts: 'a whole JSON number in range, every digit exact, or the same digits in a string',
    rejectedAs: ['wrong_type', 'not_whole', 'out_of_range'],
    reads: {},
    inJavaScript: 'bigint; a transform may also give a safe whole number or a string of digits',
  },
  create(node): ColumnType {
    expectNoArguments(node);
    const isSigned = node.name.startsWith('Int');
    const width = Number(/\d+$/.exec(node.name)?.[0]) / 8;
    return {
      node,
      text: node.name,
      layout: { kind: 'fixed', width },
      reads: [],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: true,
      createWriter: ({ fault }) => new WideIntegerWriter(node.name, { width, isSigned, fault }),
    };
  },
};

interface WideOptions {
  readonly width: number;
  readonly isSigned: boolean;
  readonly fault: ValueFault;
}

// Only one value is appended at a time, so one scratch object is enough.
const scratch = new ScratchText();

class WideIntegerWriter extends DigitsWriter {
  private readonly isSigned: boolean;
  private readonly min: bigint;
  private readonly max: bigint;
  /** A number with at most this many digits is always in range. */
  private readonly safeDigits: number;
  protected readonly rule: string;

  constructor(type: string, { width, isSigned, fault }: WideOptions) {
    super(type, width, fault);
    const bits = BigInt(width * 8);
    this.isSigned = isSigned;
    this.min = isSigned ? -(2n ** (bits - 1n)) : 0n;
    this.max = this.min + 2n ** bits - 1n;
    this.safeDigits = String(this.max).length - 1;
    this.rule = `must be a whole number from ${this.min} to ${this.max}, or a string of its digits`;
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    const behind = this.number.read(bytes, start, end);
    // A string may contain only digits. "1e3" is not an integer in any common notation.
    if (behind !== end || !this.number.isPlain) return this.fault.raise('wrong_type', this.rule);
    return this.appendNumber() === FAULT ? FAULT : end;
  }

  appendValue(value: unknown): number {
    if (typeof value === 'bigint') {
      if (value < this.min || value > this.max) return this.fault.raise('out_of_range', this.rule);
      this.column.appendBigInt(value, this.width);
      return 0;
    }
    if (typeof value === 'number') {
      if (!Number.isInteger(value)) return this.fault.raise('not_whole', this.rule);
      if (!Number.isSafeInteger(value)) {
        return this.fault.raise('out_of_range', 'must be a bigint if it is beyond 2^53');
      }
      return this.appendValue(BigInt(value));
    }
    if (typeof value !== 'string') return this.wrongValue(value, this.rule);
    scratch.write(value);
    return this.appendText(scratch.bytes, 0, scratch.length);
  }

  valueAt(at: number): bigint {
    return bigIntAt(this.column.bytes, at, { width: this.width, isSigned: this.isSigned });
  }

  protected appendNumber(): number {
    const { number } = this;
    if (number.fractionDigits > 0) return this.fault.raise('not_whole', this.rule);
    if (number.isNegative && !this.isSigned && number.count > 0) {
      return this.fault.raise('out_of_range', this.rule);
    }
    if (number.point > this.safeDigits) {
      if (number.point > this.safeDigits + 1) return this.fault.raise('out_of_range', this.rule);
      const digits = BigInt(number.wholeText(0));
      return this.appendValue(number.isNegative ? -digits : digits);
    }
    appendWhole(this.column, number, { width: this.width, scale: 0 });
    return 0;
  }
}
