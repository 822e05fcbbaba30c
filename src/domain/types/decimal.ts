import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { ScratchText } from './json-text/scratch-text.js';
import { DigitsWriter } from './native/digits-writer.js';
import { appendWhole } from './native/integer-text.js';
import { bigIntAt, decimalText } from './native/read-bytes.js';
import { printType } from './text/print-type.js';
import { wholeArgument, wrongArguments } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

/** Decimal(P, S). ClickHouse does not check the precision of values in `Native` format, so this writer does. */
export const decimal: TypeFamily = {
  names: ['Decimal'],
  rule: {
    types: 'Decimal(P, S), also Decimal32(S) to Decimal256(S)',
    accepts: 'a number, or a string of one: `12.34`, `"12.34"`, `1.2e1`; never rounded',
    rejectedAs: ['wrong_type', 'too_precise', 'out_of_range'],
    reads: {},
    inJavaScript:
      'string with all digits of the scale; a transform may also give a number or bigint',
  },
  create(node): ColumnType {
    const precision = wholeArgument(node, 0, { min: 1, max: 76, what: 'a precision' });
    const scale = wholeArgument(node, 1, { min: 0, max: precision, what: 'a scale' });
    if (node.args.length > 2) throw wrongArguments(node, 'takes a precision and a scale');
    const width = precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32;
    const text = printType(node);
    return {
      node,
      text,
      layout: { kind: 'fixed', width },
      reads: [],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: false,
      createWriter: ({ fault }) => new DecimalWriter(text, { width, precision, scale, fault }),
    };
  },
};

interface DecimalOptions {
  readonly width: number;
  readonly precision: number;
  readonly scale: number;
  readonly fault: ValueFault;
}

// Only one value is appended at a time, so one scratch object is enough.
const scratch = new ScratchText();

class DecimalWriter extends DigitsWriter {
  private readonly scale: number;
  private readonly maxWholeDigits: number;
  private readonly options: { readonly width: number; readonly scale: number };
  protected readonly rule = 'must be a number, or a string of one';

  constructor(type: string, { width, precision, scale, fault }: DecimalOptions) {
    super(type, width, fault);
    this.scale = scale;
    this.maxWholeDigits = precision - scale;
    this.options = { width, scale };
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    if (this.number.read(bytes, start, end) !== end)
      return this.fault.raise('wrong_type', this.rule);
    return this.appendNumber() === FAULT ? FAULT : end;
  }

  appendValue(value: unknown): number {
    const isNumber = typeof value === 'bigint' || Number.isFinite(value);
    if (typeof value !== 'string' && !isNumber) return this.wrongValue(value, this.rule);
    scratch.write(String(value));
    return this.appendText(scratch.bytes, 0, scratch.length);
  }

  valueAt(at: number): string {
    const { bytes } = this.column;
    const value =
      this.width === 4
        ? BigInt(bytes.readInt32LE(at))
        : bigIntAt(bytes, at, { width: this.width, isSigned: true });
    return decimalText(value, this.scale);
  }

  protected appendNumber(): number {
    const { number } = this;
    if (number.fractionDigits > this.scale) {
      return this.fault.raise(
        'too_precise',
        `must have at most ${this.scale} digits after the point`,
      );
    }
    if (number.point > this.maxWholeDigits) {
      return this.fault.raise(
        'out_of_range',
        `must have at most ${this.maxWholeDigits} digits before the point`,
      );
    }
    appendWhole(this.column, number, this.options);
    return 0;
  }
}
