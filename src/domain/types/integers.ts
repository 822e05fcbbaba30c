import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { NumberToken } from './json-text/number-token.js';
import { FixedWriter } from './native/column-writer.js';
import { MAX_EXACT_DIGITS } from './native/integer-text.js';
import { expectNoArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

/** Int8 to UInt32. JavaScript numbers hold all their values. */
export const integers: TypeFamily = {
  names: ['Int8', 'Int16', 'Int32', 'UInt8', 'UInt16', 'UInt32'],
  rule: {
    types: 'Int8, Int16, Int32, UInt8, UInt16, UInt32',
    accepts: 'a whole JSON number in range: `7`, `7.0`, `7e0`',
    rejectedAs: ['wrong_type', 'not_whole', 'out_of_range'],
    reads: {},
    inJavaScript: 'number',
  },
  create(node): ColumnType {
    expectNoArguments(node);
    const isSigned = node.name.startsWith('Int');
    const width = Number(/\d+$/.exec(node.name)?.[0]) / 8;
    const min = isSigned ? -(2 ** (width * 8 - 1)) : 0;
    const max = min + 2 ** (width * 8) - 1;
    return {
      node,
      text: node.name,
      layout: { kind: 'fixed', width },
      reads: [],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: true,
      createWriter: ({ fault }) => new IntegerWriter(node.name, { width, min, max, fault }),
    };
  },
};

interface IntegerOptions {
  readonly width: number;
  readonly min: number;
  readonly max: number;
  readonly fault: ValueFault;
}

const number = new NumberToken();

class IntegerWriter extends FixedWriter {
  private readonly min: number;
  private readonly max: number;
  private readonly rule: string;

  constructor(type: string, { width, min, max, fault }: IntegerOptions) {
    super(type, width, fault);
    this.min = min;
    this.max = max;
    this.rule = `must be a whole number from ${min} to ${max}`;
  }

  appendJson(bytes: Buffer, at: number): number {
    let end = at;
    const isNegative = bytes[at] === 0x2d;
    if (isNegative) end++;
    const first = end;
    let value = 0;
    for (let digit = bytes[end]! - 0x30; digit >= 0 && digit <= 9; digit = bytes[end]! - 0x30) {
      value = value * 10 + digit;
      end++;
    }
    const next = bytes[end]!;
    if (end === first) return this.wrongType(bytes, at, this.rule);
    if (end - first > MAX_EXACT_DIGITS || next === 0x2e || (next | 0x20) === 0x65) {
      return this.appendNumber(bytes, at, bytes.length);
    }
    return this.append(isNegative ? -value : value) < 0 ? -1 : end;
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    const behind = this.appendNumber(bytes, start, end);
    return behind >= 0 && behind !== end ? this.fault.raise('wrong_type', this.rule) : behind;
  }

  appendValue(value: unknown): number {
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      return this.wrongValue(value, this.rule);
    }
    const number = Number(value);
    return Number.isInteger(number)
      ? this.append(number)
      : this.fault.raise('not_whole', this.rule);
  }

  valueAt(at: number): number {
    const { bytes } = this.column;
    return this.min < 0 ? bytes.readIntLE(at, this.width) : bytes.readUIntLE(at, this.width);
  }

  /** Reads any spelling of a number. */
  private appendNumber(bytes: Buffer, start: number, end: number): number {
    const behind = number.read(bytes, start, end);
    if (behind < 0) return this.fault.raise('wrong_type', this.rule);
    if (number.fractionDigits > 0) return this.fault.raise('not_whole', this.rule);
    if (number.point > MAX_EXACT_DIGITS) return this.fault.raise('out_of_range', this.rule);
    const value = Number(number.wholeText(0));
    return this.append(number.isNegative ? -value : value) < 0 ? -1 : behind;
  }

  private append(value: number): number {
    if (value < this.min || value > this.max) return this.fault.raise('out_of_range', this.rule);
    if (this.width === 1) this.column.appendUInt8(value & 0xff);
    else if (this.width === 2) this.column.appendUInt16(value & 0xffff);
    else this.column.appendInt32(value | 0);
    return 0;
  }
}
