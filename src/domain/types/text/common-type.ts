import { storesEvery } from './stores-every.js';
import {
  innerTypes,
  membersOf,
  numberArgument,
  type TypeArgument,
  typeArgument,
  type TypeNode,
  typeNode,
} from './type-node.js';

/**
 * A type to which `MODIFY COLUMN` can change a column so that the column keeps every stored value and also holds every value
 * of `wanted`. Null if there is none, or if it is not certain.
 */
export function commonType(column: TypeNode, wanted: TypeNode): TypeNode | null {
  const common = commonOf(column, wanted);
  return common !== null && storesEvery(common, wanted) ? common : null;
}

function commonOf(column: TypeNode, wanted: TypeNode): TypeNode | null {
  if (keepsEvery(wanted, column)) return wanted;
  if (storesEvery(column, wanted)) return column;
  const there = unwrapped(column);
  const other = unwrapped(wanted);
  const plain = keepsEvery(other.plain, there.plain)
    ? other.plain
    : commonPlain(there.plain, other.plain);
  if (plain === null) return null;
  const nullable =
    there.isNullable || other.isNullable ? typeNode('Nullable', typeArgument(plain)) : plain;
  // Other types may not be allowed in LowCardinality.
  const hasDictionary =
    (other.isLowCardinality && plain.name === other.plain.name) ||
    (there.isLowCardinality && plain.name === there.plain.name);
  return hasDictionary ? typeNode('LowCardinality', typeArgument(nullable)) : nullable;
}

/** Whether an `ALTER` from one type to the other keeps every stored value. */
function keepsEvery(to: TypeNode, from: TypeNode): boolean {
  return storesEvery(to, from) || KEPT[to.name]?.(from, to) === true;
}

/** Conversions of `ALTER` that lose nothing, although an insert of such a value is not the same value. */
const KEPT: Readonly<Record<string, (from: TypeNode, to: TypeNode) => boolean>> = {
  // All values of a FixedString have the same size, so they stay distinct without the zero bytes that the server cuts off.
  String: ({ name }) =>
    /^(U?Int\d+|Decimal|Float(32|64)|Bool|UUID|IPv[46]|Date|Date32|Enum(8|16)|FixedString|JSON)$/.test(
      name,
    ),
  FixedString: (from, to) => from.name === 'FixedString' && first(from) <= first(to),
  Decimal: (from, to) => isInteger(from) && digitsOf(from) <= first(to) - second(to),
  // Float64 has 53 bits for whole numbers.
  Float64: ({ name }) => /^U?Int(8|16|32)$/.test(name),
  // With nine digits, the range is smaller than that of Date.
  DateTime64: ({ name }, to) => name === 'Date' && first(to) < 9,
  ...Object.fromEntries(
    [8, 16, 32, 64, 128, 256]
      .flatMap((bits) => [`Int${bits}`, `UInt${bits}`])
      .map((name) => [name, (from: TypeNode) => from.name === 'Bool']),
  ),
};

function commonPlain(column: TypeNode, wanted: TypeNode): TypeNode | null {
  if (column.name === wanted.name) {
    const same = SAME_NAME[column.name]?.(column, wanted);
    if (same !== undefined) return same;
  }
  if (isInteger(column) && isInteger(wanted)) return commonInteger(column, wanted);
  if (wanted.name === 'Decimal') return commonDecimal(column, wanted);
  if (isEnum(column) && isEnum(wanted)) return commonEnum(column, wanted);
  if (column.name === 'Date' && wanted.name === 'DateTime') {
    return typeNode('DateTime64', { kind: 'number', text: '0' }, ...wanted.args);
  }
  return null;
}

const SAME_NAME: Readonly<Record<string, (column: TypeNode, wanted: TypeNode) => TypeNode | null>> =
  {
    Array: commonElements,
    Map: commonElements,
    Tuple: commonElements,
  };

function commonElements(column: TypeNode, wanted: TypeNode): TypeNode | null {
  const there = innerTypes(column);
  const named = membersOf(column);
  if (there.length !== wanted.args.length) return null;
  const args: TypeArgument[] = [];
  for (const [index, arg] of wanted.args.entries()) {
    if (arg.kind !== 'type' && arg.kind !== 'member') return null;
    // The server matches named elements by name, in any order.
    const from =
      arg.kind === 'member' && named.length > 0
        ? named.find(({ name }) => name === arg.name)?.type
        : there[index];
    const common = from === undefined ? null : commonOf(from, arg.type);
    if (common === null) return null;
    args.push({ ...arg, type: common });
  }
  return typeNode(wanted.name, ...args);
}

function commonInteger(column: TypeNode, wanted: TypeNode): TypeNode | null {
  // Of two types without a sign, or two with one, the wider holds the other. So exactly one has a sign here.
  const [signed, unsigned] = column.name.startsWith('U') ? [wanted, column] : [column, wanted];
  const bits = Math.max(bitsOf(signed), 2 * bitsOf(unsigned));
  return bits > 256 ? null : typeNode(`Int${bits}`);
}

function commonDecimal(column: TypeNode, wanted: TypeNode): TypeNode | null {
  const scale = Math.max(second(wanted), column.name === 'Decimal' ? second(column) : 0);
  const whole = Math.max(first(wanted) - second(wanted), digitsOf(column));
  if (whole + scale > 76) return null;
  return typeNode(
    'Decimal',
    { kind: 'number', text: String(whole + scale) },
    { kind: 'number', text: String(scale) },
  );
}

function commonEnum(column: TypeNode, wanted: TypeNode): TypeNode | null {
  const byName = new Map<string, number>();
  const byValue = new Map<number, string>();
  for (const arg of [...column.args, ...wanted.args]) {
    if (arg.kind !== 'enum') return null;
    const { name, value } = arg;
    if ((byName.get(name) ?? value) !== value || (byValue.get(value) ?? name) !== name) return null;
    byName.set(name, value);
    byValue.set(value, name);
  }
  const isSmall = [...byValue.keys()].every((value) => value >= -128 && value <= 127);
  const args = [...byName].map(([name, value]) => ({ kind: 'enum', name, value }) as const);
  return typeNode(isSmall ? 'Enum8' : 'Enum16', ...args);
}

/** Most digits before the point. Infinity if the type is no number with a fixed number of them. */
function digitsOf(type: TypeNode): number {
  if (type.name === 'Decimal') return first(type) - second(type);
  if (!isInteger(type)) return Infinity;
  const bits = BigInt(bitsOf(type));
  return String(2n ** (type.name.startsWith('U') ? bits : bits - 1n)).length;
}

function isInteger({ name }: TypeNode): boolean {
  return /^U?Int\d+$/.test(name);
}

function isEnum({ name }: TypeNode): boolean {
  return name === 'Enum8' || name === 'Enum16';
}

function bitsOf({ name }: TypeNode): number {
  return Number(/\d+$/.exec(name)?.[0]);
}

function unwrapped(type: TypeNode): {
  readonly plain: TypeNode;
  readonly isNullable: boolean;
  readonly isLowCardinality: boolean;
} {
  const isLowCardinality = type.name === 'LowCardinality';
  const outer = isLowCardinality ? (innerTypes(type)[0] ?? type) : type;
  const isNullable = outer.name === 'Nullable';
  const plain = isNullable ? (innerTypes(outer)[0] ?? outer) : outer;
  return { plain, isNullable, isLowCardinality };
}

function first(type: TypeNode): number {
  return numberArgument(type, 0) ?? NaN;
}

function second(type: TypeNode): number {
  return numberArgument(type, 1) ?? NaN;
}
