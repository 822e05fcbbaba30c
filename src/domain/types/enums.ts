import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import type { NumberToken } from './json-text/number-token.js';
import { NumberOrTextWriter } from './native/text-writer.js';
import { printType } from './text/print-type.js';
import type { TypeNode } from './text/type-node.js';
import { wrongArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

export const enums: TypeFamily = {
  names: ['Enum8', 'Enum16'],
  rule: {
    types: "Enum8('a' = 1, ...), Enum16(...)",
    accepts: 'one of the names',
    rejectedAs: ['wrong_type', 'unknown_name'],
    reads: { number: 'one of the numbers behind the names' },
    inJavaScript: 'string: the name',
  },
  create(node): ColumnType {
    const width = node.name === 'Enum8' ? 1 : 2;
    const names = namesOf(node, width);
    const text = printType(node);
    return {
      node,
      text,
      layout: { kind: 'fixed', width },
      reads: ['number'],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: false,
      createWriter: ({ fault, read }) =>
        new EnumWriter(text, { width, names, fault, isNumber: read === 'number' }),
    };
  },
};

/** The numbers of the names, in ascending order. ClickHouse refuses a table with repeated names or numbers. */
function namesOf(node: TypeNode, width: number): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  const numbers = new Set<number>();
  const most = 2 ** (width * 8 - 1);
  for (const arg of node.args) {
    if (arg.kind !== 'enum') throw wrongArguments(node, "needs names, as in Enum8('a' = 1)");
    if (names.has(arg.name)) throw wrongArguments(node, `has the name '${arg.name}' twice`);
    if (numbers.has(arg.value)) throw wrongArguments(node, `has the number ${arg.value} twice`);
    if (arg.value < -most || arg.value >= most) {
      throw wrongArguments(node, `holds numbers from ${-most} to ${most - 1}`);
    }
    names.set(arg.name, arg.value);
    numbers.add(arg.value);
  }
  if (names.size === 0) throw wrongArguments(node, "needs names, as in Enum8('a' = 1)");
  return names;
}

interface EnumOptions {
  readonly width: number;
  readonly names: ReadonlyMap<string, number>;
  readonly isNumber: boolean;
  readonly fault: ValueFault;
}

/** Longer lists would hide the rest of the message. */
const MAX_LISTED_NAMES = 10;
const MAX_LISTED_LENGTH = 200;

/** The names come from the contract, so they are no content of the record. */
function ruleOf(names: readonly string[]): string {
  const list = names.map((name) => `'${name}'`).join(', ');
  return names.length > MAX_LISTED_NAMES || list.length > MAX_LISTED_LENGTH
    ? 'must be one of the names of the Enum'
    : `must be one of the names of the Enum: ${list}`;
}

class EnumWriter extends NumberOrTextWriter {
  private readonly names: ReadonlyMap<string, number>;
  private readonly nameOf: ReadonlyMap<number, string>;

  constructor(type: string, { width, names, isNumber, fault }: EnumOptions) {
    super(type, {
      width,
      rule: ruleOf([...names.keys()]),
      numberRule: isNumber ? 'must be one of the numbers of the Enum' : null,
      fault,
    });
    this.names = names;
    this.nameOf = new Map([...names].map(([name, value]) => [value, name]));
  }

  /** ClickHouse's default is the name with the smallest number. */
  override appendZero(): void {
    const [smallest = 0] = this.names.values();
    this.write(smallest);
  }

  valueAt(at: number): string {
    const { bytes } = this.column;
    const value = this.width === 1 ? bytes.readInt8(at) : bytes.readInt16LE(at);
    return this.nameOf.get(value) ?? '';
  }

  protected appendSpelt(bytes: Buffer, start: number, end: number): number {
    const value = this.names.get(bytes.toString('utf8', start, end));
    if (value === undefined) return this.fault.raise('unknown_name', this.rule);
    this.write(value);
    return 0;
  }

  protected appendNumber(number: NumberToken): number {
    const isSmall = number.fractionDigits === 0 && number.point <= 5;
    const value = isSmall ? Number(number.wholeText(0)) * (number.isNegative ? -1 : 1) : NaN;
    if (!this.nameOf.has(value)) {
      return this.fault.raise('unknown_name', 'must be one of the numbers of the Enum');
    }
    this.write(value);
    return 0;
  }

  private write(value: number): void {
    if (this.width === 1) this.column.appendUInt8(value & 0xff);
    else this.column.appendUInt16(value & 0xffff);
  }
}
