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
  const [nearest] = [...FAMILIES.keys()]
    .map((known) => ({ known, steps: distance(known.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const isNear = nearest !== undefined && nearest.steps <= 1 + name.length / 4;
  return `${name} is not a ClickHouse type that Millrace knows${isNear ? `. Did you mean ${nearest.known}?` : ''}`;
}

/** Number of characters to insert, remove or replace to turn one text into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let place = 0; place < a.length; place++) {
    const next = [place + 1];
    for (let index = 1; index <= b.length; index++) {
      const replaced = (row[index - 1] ?? 0) + (b[index - 1] === a[place] ? 0 : 1);
      next.push(Math.min(replaced, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
