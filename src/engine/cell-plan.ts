import { Buffer } from 'node:buffer';
import type { ColumnType } from '../domain/types/column-type.js';
import { columnTypeOf, createColumnType } from '../domain/types/create-column-type.js';
import { printType } from '../domain/types/text/print-type.js';
import {
  innerTypes,
  membersOf,
  numberArgument,
  type TypeNode,
} from '../domain/types/text/type-node.js';
import { ValueFault } from '../domain/types/value-fault.js';
import type { ReadVariant } from '../domain/types/value-rule.js';
import * as layout from './layout.js';

/** How the engine encodes a value of one type. It becomes what `layout.ts` calls a cell once it has an address. */
export interface CellPlan {
  readonly kind: number;
  readonly flags: number;
  /** Number of bytes of a value. 0 if they differ. */
  readonly width: number;
  readonly scale: number;
  readonly min: bigint;
  readonly max: bigint;
  readonly unit: number;
  /** Number of digits before the point that a Decimal has room for. */
  readonly digits: number;
  /** What ClickHouse stores if no value is given. */
  readonly zero: Buffer;
  readonly inner: CellPlan | null;
  readonly names: readonly (readonly [name: string, value: number])[];
  /** Whether the elements of a Tuple have names. Without names, a Tuple is only an array. */
  readonly hasNames: boolean;
  /** The elements of a Tuple. For a Map, only the values; `inner` has the keys. */
  readonly elements: readonly ElementPlan[];
}

export interface ElementPlan {
  readonly name: string;
  readonly isNullable: boolean;
  readonly cell: CellPlan;
}

/** A type that the engine does not know. The message is the end of a sentence. */
export class UnknownToEngine extends Error {
  override readonly name = 'UnknownToEngine';
}

/** Most names that the engine compares one by one. A contract with more is left to the reference reader. */
export const MAX_NAMES = 200;

const NOTHING = Buffer.alloc(0);
const BASE: CellPlan = {
  kind: layout.TEXT,
  flags: 0,
  width: 0,
  scale: 0,
  min: 0n,
  max: 0n,
  unit: 0,
  digits: 0,
  zero: NOTHING,
  inner: null,
  names: [],
  hasNames: false,
  elements: [],
};

/** Throws `UnknownToEngine`. */
export function cellPlanOf(type: ColumnType, read: ReadVariant | undefined): CellPlan {
  const { node } = type;
  const [inner] = innerTypes(node);
  switch (node.name) {
    case 'Nullable':
      return { ...BASE, kind: layout.NULLABLE, width: 1, inner: innerPlan(inner, read) };
    case 'LowCardinality':
      return keyPlan(inner, read);
    case 'Array':
      return { ...BASE, kind: layout.ARRAY, width: 4, inner: innerPlan(inner, read) };
    case 'Nested':
      return { ...BASE, kind: layout.ARRAY, width: 4, inner: tuplePlan(node, read) };
    case 'Tuple':
      return tuplePlan(node, read);
    case 'Map':
      return mapPlan(node, read);
    default:
      return { ...BASE, ...scalarPlan(node, read), zero: zeroOf(type) };
  }
}

/** A value that must be one of these. Values are equal if their JSON texts are. */
export function conditionPlan(values: readonly (string | number | boolean)[]): CellPlan {
  const names = values.map((value) => [JSON.stringify(value), 0] as const);
  return { ...BASE, kind: layout.CONDITION, names };
}

function innerPlan(node: TypeNode | undefined, read: ReadVariant | undefined): CellPlan {
  if (node === undefined) throw new UnknownToEngine('a type without an inner one');
  return cellPlanOf(createColumnType(node), read);
}

function keyPlan(node: TypeNode | undefined, read: ReadVariant | undefined): CellPlan {
  const hasNull = node?.name === 'Nullable';
  const plain = hasNull ? innerTypes(node)[0] : node;
  return {
    ...BASE,
    kind: layout.LOW_CARDINALITY,
    width: 4,
    flags: hasNull ? layout.HAS_NULL_KEY : 0,
    inner: innerPlan(plain, read),
  };
}

function tuplePlan(node: TypeNode, read: ReadVariant | undefined): CellPlan {
  const names = membersOf(node).map(({ name }) => name);
  const elements = innerTypes(node).map((inner, index) => {
    const type = createColumnType(inner);
    const own = read !== undefined && type.reads.includes(read) ? read : undefined;
    return {
      name: names[index] ?? '',
      isNullable: type.isNullable,
      cell: cellPlanOf(type, own),
    };
  });
  return { ...BASE, kind: layout.TUPLE, hasNames: names.length > 0, elements };
}

function mapPlan(node: TypeNode, read: ReadVariant | undefined): CellPlan {
  const [key, value] = innerTypes(node);
  const keys = innerPlan(key, undefined);
  const plain = keys.kind === layout.LOW_CARDINALITY ? keys.inner : keys;
  // With other types, two texts may be the same key.
  if (plain?.kind !== layout.TEXT) throw new UnknownToEngine(`type ${printType(node)}`);
  const values = { name: '', isNullable: false, cell: innerPlan(value, read) };
  return { ...BASE, kind: layout.MAP, width: 4, inner: keys, elements: [values] };
}

function scalarPlan(node: TypeNode, read: ReadVariant | undefined): Partial<CellPlan> {
  switch (node.name) {
    case 'String':
      return textPlan(read);
    case 'FixedString':
      return { ...textPlan(read, layout.FIXED_TEXT), width: numberArgument(node, 0) ?? 0 };
    case 'JSON':
      return { kind: layout.OBJECT };
    case 'Bool':
      return { kind: layout.BOOL, width: 1 };
    case 'IPv4':
      return { kind: layout.IP4, width: 4 };
    case 'IPv6':
      return { kind: layout.IP6, width: 16 };
    case 'Time':
      return { kind: layout.CLOCK, width: 4 };
    case 'Time64':
      return { kind: layout.CLOCK, width: 8, scale: numberArgument(node, 0) ?? 0 };
    case 'UUID':
      return { kind: layout.UUID, width: 16 };
    case 'Float64':
      return { kind: layout.FLOAT, width: 8 };
    case 'Float32':
      return { kind: layout.FLOAT, width: 4 };
    case 'BFloat16':
      return { kind: layout.FLOAT, width: 2 };
    case 'Decimal':
      return decimalPlan(node);
    case 'Enum8':
    case 'Enum16':
      return enumPlan(node, read);
    case 'Date':
      return { ...datePlan(read), width: 2, min: 0n, max: 65_535n };
    case 'Date32':
      return { ...datePlan(read), width: 4, min: -25_567n, max: 120_529n };
    case 'DateTime':
    case 'DateTime64':
      return timePlan(node, read);
    default:
      return integerPlan(node);
  }
}

function textPlan(read: ReadVariant | undefined, kind = layout.TEXT): Partial<CellPlan> {
  if (read === undefined) return { kind };
  if (read === 'not-empty') return { kind, flags: layout.NOT_EMPTY };
  const isJson = read === 'json' || read === 'json-object';
  if (!isJson || kind === layout.FIXED_TEXT) throw new UnknownToEngine(`read ${read}`);
  return { kind: layout.JSON_TEXT, flags: read === 'json' ? 0 : layout.ONLY_OBJECTS };
}

function integerPlan(node: TypeNode): Partial<CellPlan> {
  const [, unsigned, bits] = /^(U?)Int(\d+)$/.exec(node.name) ?? [];
  if (bits === undefined) throw new UnknownToEngine(`type ${printType(node)}`);
  const width = Number(bits) / 8;
  const flags = unsigned === 'U' ? 0 : layout.IS_SIGNED;
  if (width >= 8) return { kind: layout.WIDE_INTEGER, width, flags };
  const min = flags === 0 ? 0n : -(1n << BigInt(width * 8 - 1));
  return { kind: layout.INTEGER, width, flags, min, max: min + (1n << BigInt(width * 8)) - 1n };
}

function decimalPlan(node: TypeNode): Partial<CellPlan> {
  const precision = numberArgument(node, 0) ?? 0;
  const scale = numberArgument(node, 1) ?? 0;
  const width = precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32;
  return { kind: layout.DECIMAL, width, scale, digits: precision - scale };
}

function enumPlan(node: TypeNode, read: ReadVariant | undefined): Partial<CellPlan> {
  const names = node.args.flatMap((arg) =>
    arg.kind === 'enum' ? [[arg.name, arg.value] as const] : [],
  );
  if (read !== undefined) throw new UnknownToEngine(`an Enum with read ${read}`);
  if (names.length > MAX_NAMES) throw new UnknownToEngine(`an Enum of ${names.length} names`);
  return { kind: layout.ENUM, width: node.name === 'Enum8' ? 1 : 2, names };
}

function datePlan(read: ReadVariant | undefined): Partial<CellPlan> {
  return { kind: read === 'epoch-days' ? layout.DATE_NUMBER : layout.DATE };
}

const UNITS: Readonly<Partial<Record<ReadVariant, number>>> = {
  'epoch-s': 0,
  'epoch-ms': 3,
  'epoch-us': 6,
  'epoch-ns': 9,
};

/** The ranges are those of `src/domain/types/date-time.ts`. */
function timePlan(node: TypeNode, read: ReadVariant | undefined): Partial<CellPlan> {
  const isWide = node.name === 'DateTime64';
  const scale = isWide ? (numberArgument(node, 0) ?? 0) : 0;
  const unit = read && UNITS[read];
  return {
    kind: unit === undefined ? layout.TIME : layout.TIME_NUMBER,
    flags: read === 'iso-strict' ? layout.IS_STRICT : 0,
    width: isWide ? 8 : 4,
    scale,
    unit: unit ?? 0,
    min: isWide ? -2_208_988_800n : 0n,
    max: isWide ? (scale === 9 ? 9_223_372_035n : 10_413_791_999n) : 0xffff_ffffn,
  };
}

/** Taken from the reference writer, so that only one place defines it. */
function zeroOf(type: ColumnType): Buffer {
  const writer = columnTypeOf(type.text).createWriter({ fault: new ValueFault() });
  writer.appendZero();
  const parts: Buffer[] = [];
  writer.data(parts);
  return Buffer.concat(parts);
}
