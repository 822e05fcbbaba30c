import { printType } from './print-type.js';
import { innerTypes, membersOf, numberArgument, type TypeNode } from './type-node.js';

/**
 * Whether the server's own conversion can store every value of `sent` in a column of type `column` so that it reads back
 * the same. False if that is not certain.
 */
export function storesEvery(column: TypeNode, sent: TypeNode): boolean {
  const there = withoutLowCardinality(column);
  const wanted = withoutLowCardinality(sent);
  if (wanted.name === 'Nullable' && there.name !== 'Nullable') return false;
  const inner = (type: TypeNode) => (type.name === 'Nullable' ? firstInner(type) : type);
  return storesPlain(inner(there), inner(wanted));
}

function storesPlain(column: TypeNode, sent: TypeNode): boolean {
  if (printType(column) === printType(sent)) return true;
  const lists = [listItem(column), listItem(sent)] as const;
  if (lists[0] !== null && lists[1] !== null) return storesEvery(lists[0], lists[1]);
  return RULES[sent.name]?.(column, sent) === true;
}

const RULES: Readonly<Record<string, (column: TypeNode, sent: TypeNode) => boolean>> = {
  ...Object.fromEntries(
    [8, 16, 32, 64, 128, 256].flatMap((bits) => [
      [`Int${bits}`, (column: TypeNode) => bitsOf(column, /^Int(\d+)$/) >= bits],
      [
        `UInt${bits}`,
        (column: TypeNode) =>
          bitsOf(column, /^UInt(\d+)$/) >= bits || bitsOf(column, /^Int(\d+)$/) > bits,
      ],
    ]),
  ),
  Float32: ({ name }) => name === 'Float64',
  BFloat16: ({ name }) => name === 'Float32' || name === 'Float64',
  Decimal: (column, sent) =>
    column.name === 'Decimal' &&
    second(column) >= second(sent) &&
    first(column) - second(column) >= first(sent) - second(sent),
  Date: ({ name }) => name === 'Date32',
  // The zone only affects how a time is displayed.
  DateTime: ({ name }) => name === 'DateTime' || name === 'DateTime64',
  // With nine digits, the range ends in 2262.
  DateTime64: (column, sent) =>
    column.name === 'DateTime64' &&
    first(column) >= first(sent) &&
    (first(column) < 9 || first(sent) === 9),
  Time: ({ name }) => name === 'Time64',
  Time64: (column, sent) => column.name === 'Time64' && first(column) >= first(sent),
  Enum8: storesNames,
  Enum16: storesNames,
  Map: (column, sent) => column.name === 'Map' && storesEach(column, sent),
  Tuple: (column, sent) => column.name === 'Tuple' && storesTuple(column, sent),
};

function storesNames(column: TypeNode, sent: TypeNode): boolean {
  if (column.name !== 'Enum8' && column.name !== 'Enum16') return false;
  const names = ({ args }: TypeNode) =>
    new Map(args.flatMap((arg) => (arg.kind === 'enum' ? [[arg.name, arg.value] as const] : [])));
  const there = names(column);
  return [...names(sent)].every(([name, value]) => there.get(name) === value);
}

function storesTuple(column: TypeNode, sent: TypeNode): boolean {
  const there = membersOf(column);
  const wanted = membersOf(sent);
  // Without names, elements can no longer be read by name.
  if (there.length === 0 && wanted.length > 0) return false;
  if (wanted.length === 0) return storesEach(column, sent);
  // The server matches named elements by name, in any order.
  return (
    there.length === wanted.length &&
    wanted.every(({ name, type }) => {
      const found = there.find((member) => member.name === name);
      return found !== undefined && storesEvery(found.type, type);
    })
  );
}

function storesEach(column: TypeNode, sent: TypeNode): boolean {
  const there = innerTypes(column);
  const wanted = innerTypes(sent);
  return (
    there.length === wanted.length &&
    there.every((type, index) => {
      const other = wanted[index];
      return other !== undefined && storesEvery(type, other);
    })
  );
}

/** The type of an Array's or Nested's items. To the server, a Nested is an Array of Tuple. */
function listItem(type: TypeNode): TypeNode | null {
  if (type.name === 'Nested') return { name: 'Tuple', args: type.args };
  return type.name === 'Array' ? firstInner(type) : null;
}

function withoutLowCardinality(type: TypeNode): TypeNode {
  return type.name === 'LowCardinality' ? firstInner(type) : type;
}

function firstInner(type: TypeNode): TypeNode {
  return innerTypes(type)[0] ?? type;
}

function bitsOf({ name }: TypeNode, pattern: RegExp): number {
  return Number(pattern.exec(name)?.[1] ?? -1);
}

function first(type: TypeNode): number {
  return numberArgument(type, 0) ?? NaN;
}

function second(type: TypeNode): number {
  return numberArgument(type, 1) ?? NaN;
}
