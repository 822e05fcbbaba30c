import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { FixedWriter } from './native/column-writer.js';
import { expectNoArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

export const bool: TypeFamily = {
  names: ['Bool'],
  rule: {
    types: 'Bool',
    accepts: '`true` and `false`',
    rejectedAs: ['wrong_type'],
    reads: { '0-1': 'also the numbers `0` and `1`' },
    inJavaScript: 'boolean',
  },
  create(node): ColumnType {
    expectNoArguments(node);
    return {
      node,
      text: 'Bool',
      layout: { kind: 'fixed', width: 1 },
      reads: ['0-1'],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: true,
      createWriter: ({ fault, read }) => new BoolWriter(fault, read === '0-1'),
    };
  },
};

const LETTER_T = 0x74;
const LETTER_F = 0x66;

class BoolWriter extends FixedWriter {
  private readonly takesDigits: boolean;
  private readonly rule: string;

  constructor(fault: ValueFault, takesDigits: boolean) {
    super('Bool', 1, fault);
    this.takesDigits = takesDigits;
    this.rule = takesDigits ? 'must be true, false, 1 or 0' : 'must be true or false';
  }

  appendJson(bytes: Buffer, at: number): number {
    const first = bytes[at]!;
    if (first === LETTER_T || first === LETTER_F) {
      this.column.appendUInt8(first === LETTER_T ? 1 : 0);
      return first === LETTER_T ? at + 4 : at + 5;
    }
    // A single digit. 10 and 1.5 are not truth values.
    const isDigit =
      (first | 1) === 0x31 && !/[\d.eE]/.test(String.fromCharCode(bytes[at + 1] ?? 0));
    if (!this.takesDigits || !isDigit) return this.wrongType(bytes, at, this.rule);
    this.column.appendUInt8(first - 0x30);
    return at + 1;
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    const text = bytes.toString('latin1', start, end);
    const isTrue = text === 'true' || (this.takesDigits && text === '1');
    const isFalse = text === 'false' || (this.takesDigits && text === '0');
    if (!isTrue && !isFalse) return this.fault.raise('wrong_type', this.rule);
    this.column.appendUInt8(isTrue ? 1 : 0);
    return end;
  }

  appendValue(value: unknown): number {
    if (typeof value !== 'boolean') return this.wrongValue(value, this.rule);
    this.column.appendUInt8(value ? 1 : 0);
    return 0;
  }

  valueAt(at: number): boolean {
    return this.column.bytes[at] === 1;
  }
}
