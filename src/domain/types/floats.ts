import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { endOfValue } from './json-text/end-of-value.js';
import { QUOTE, StringToken } from './json-text/string-token.js';
import { FixedWriter } from './native/column-writer.js';
import { expectNoArguments } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

/** Float32, Float64 and BFloat16. A BFloat16 is the upper half of a Float32. */
export const floats: TypeFamily = {
  names: ['Float32', 'Float64', 'BFloat16'],
  rule: {
    types: 'Float32, Float64, BFloat16',
    accepts: 'any JSON number in range',
    rejectedAs: ['wrong_type', 'out_of_range'],
    reads: { 'with-nan': 'also the strings `"NaN"`, `"Infinity"` and `"-Infinity"`' },
    storedAs:
      'the nearest value that the type has; a BFloat16 is truncated instead of rounded, as in ClickHouse',
    inJavaScript: 'number',
  },
  create(node): ColumnType {
    expectNoArguments(node);
    const width = node.name === 'Float64' ? 8 : node.name === 'Float32' ? 4 : 2;
    return {
      node,
      text: node.name,
      layout: { kind: 'fixed', width },
      reads: ['with-nan'],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: true,
      createWriter: ({ fault, read }) =>
        new FloatWriter(node.name, { width, fault, takesNan: read === 'with-nan' }),
    };
  },
};

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

interface FloatOptions {
  readonly width: number;
  readonly takesNan: boolean;
  readonly fault: ValueFault;
}

const string = new StringToken();
const asFloat32 = new DataView(new ArrayBuffer(4));

class FloatWriter extends FixedWriter {
  private readonly takesNan: boolean;
  private readonly rule: string;

  constructor(type: string, { width, takesNan, fault }: FloatOptions) {
    super(type, width, fault);
    this.takesNan = takesNan;
    this.rule = takesNan
      ? 'must be a number, "NaN", "Infinity" or "-Infinity"'
      : `must be a number that ${type} can hold`;
  }

  appendJson(bytes: Buffer, at: number): number {
    const first = bytes[at]!;
    if (first === QUOTE && this.takesNan) {
      string.read(bytes, at);
      const { next } = string;
      return this.appendSpecial(string.text()) === FAULT ? FAULT : next;
    }
    if (first !== 0x2d && (first < 0x30 || first > 0x39)) {
      return this.wrongType(bytes, at, this.rule);
    }
    const end = endOfValue(bytes, at);
    return this.appendFinite(Number(bytes.toString('latin1', at, end))) === FAULT ? FAULT : end;
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    const text = bytes.toString('latin1', start, end);
    if (this.takesNan && SPECIAL.has(text)) return this.appendSpecial(text);
    const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text);
    if (!isNumber) return this.fault.raise('wrong_type', this.rule);
    return this.appendFinite(Number(text)) === FAULT ? FAULT : end;
  }

  appendValue(value: unknown): number {
    if (typeof value !== 'number') return this.wrongValue(value, this.rule);
    if (Number.isFinite(value)) return this.appendFinite(value);
    this.write(value);
    return 0;
  }

  valueAt(at: number): number {
    const { view } = this.column;
    if (this.width === 8) return view.getFloat64(at, true);
    if (this.width === 4) return view.getFloat32(at, true);
    asFloat32.setUint32(0, view.getUint16(at, true) << 16);
    return asFloat32.getFloat32(0);
  }

  private appendSpecial(text: string): number {
    const value = SPECIAL.get(text);
    if (value === undefined) return this.fault.raise('wrong_type', this.rule);
    this.write(value);
    return 0;
  }

  private appendFinite(value: number): number {
    const stored = this.width === 8 ? value : Math.fround(value);
    if (!Number.isFinite(stored)) return this.fault.raise('out_of_range', this.rule);
    this.write(stored);
    return 0;
  }

  private write(value: number): void {
    if (this.width === 8) this.column.appendFloat64(value);
    else if (this.width === 4) this.column.appendFloat32(value);
    else {
      asFloat32.setFloat32(0, value);
      this.column.appendUInt16(asFloat32.getUint16(0));
    }
  }
}
