import type { ColumnDescription } from '../table/description.js';
import { parseType } from '../types/text/parse-type.js';
import { TypeTextError } from '../types/text/type-tokens.js';
import type { ContractSpec } from './contract-spec.js';

/** Columns `n.a Array(...)`, `n.b Array(...)` of a table: `flatten_nested` makes them from a Nested `n`. */
export interface FlattenedGroup {
  readonly name: string;
  readonly members: readonly ColumnDescription[];
}

/** The Nested columns that a table stores as one column per element, in the table's order. */
export function flattenedGroups(columns: readonly ColumnDescription[]): readonly FlattenedGroup[] {
  const groups = new Map<string, ColumnDescription[]>();
  for (const column of columns) {
    const dot = column.name.indexOf('.');
    if (dot <= 0) continue;
    const name = column.name.slice(0, dot);
    groups.set(name, [...(groups.get(name) ?? []), column]);
  }
  return [...groups]
    .map(([name, members]) => ({ name, members }))
    .filter(({ name, members }) => {
      const isTaken = columns.some((column) => column.name === name);
      return !isTaken && members.every(({ type }) => isArray(type));
    });
}

/** The Nested columns of a contract that must be sent as one column per element, because the table stores them so. */
export function flattenedIn(
  { columns }: ContractSpec,
  table: readonly ColumnDescription[],
): ReadonlySet<string> {
  const names = flattenedGroups(table).map(({ name }) => name);
  return new Set(columns.flatMap(({ name }) => (names.includes(name) ? [name] : [])));
}

function isArray(type: string): boolean {
  try {
    return parseType(type).name === 'Array';
  } catch (error) {
    if (error instanceof TypeTextError) return false;
    throw error;
  }
}
