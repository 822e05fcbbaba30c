import { nearestName } from '../nearest-name.js';
import { type ColumnType, type TypeFamily, UnsupportedTypeError } from './column-type.js';
import { TYPE_FAMILIES } from './families.js';
import { parseType } from './text/parse-type.js';
import type { TypeNode } from './text/type-node.js';

const FAMILIES: ReadonlyMap<string, TypeFamily> = new Map(
  TYPE_FAMILIES.flatMap((family) => family.names.map((name) => [name, family] as const)),
);

/** Parses the text of a column type. Throws `TypeTextError` or `UnsupportedTypeError`, whose messages are for users. */
export function columnTypeOf(text: string): ColumnType {
  return createColumnType(parseType(text));
}

export function createColumnType(node: TypeNode): ColumnType {
  const family = FAMILIES.get(node.name);
  if (family === undefined) throw new UnsupportedTypeError(unknownName(node.name));
  return family.create(node, createColumnType);
}

function unknownName(name: string): string {
  const near = nearestName(name, [...FAMILIES.keys()]);
  return `${name} is not a ClickHouse type that Millrace knows${near === null ? '' : `. Did you mean ${near}?`}`;
}
