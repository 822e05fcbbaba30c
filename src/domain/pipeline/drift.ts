import { LINEAGE_COLUMNS } from '../batch/lineage.js';
import type { ColumnDescription } from './table-description.js';
import { writtenIdentifier } from './table-name.js';

/** A column as Millrace would make it. */
export interface ExpectedColumn {
  readonly name: string;
  /** ClickHouse type. */
  readonly type: string;
  /** SQL expression for rows that don't name the column. */
  readonly default?: string | undefined;
  /** The server fills it, no insert does. */
  readonly filledByServer?: boolean | undefined;
}

export interface Difference {
  readonly column: string;
  /** What is different and what follows from it, in a sentence. */
  readonly what: string;
  /** The part of `ALTER TABLE` behind the table's name that mends it. */
  readonly mend: string;
}

export interface Drift {
  readonly differences: readonly Difference[];
  /** Columns that an insert can fill, in the order they are expected in. */
  readonly insertable: readonly string[];
  /** All four lineage columns are there, with their types. */
  readonly lineage: boolean;
}

/** Compares a table with what is expected of it. Columns beyond that are the table's own affair. */
export function findDrift(
  expected: readonly ExpectedColumn[],
  actual: readonly ColumnDescription[],
): Drift {
  const found = new Map(actual.map((column) => [column.name, column]));
  const differences = expected.flatMap((column) => difference(column, found.get(column.name)));
  const different = new Set(differences.map(({ column }) => column));
  const usable = expected.filter(({ name }) => !different.has(name));
  return {
    differences,
    insertable: usable.filter((column) => !column.filledByServer).map(({ name }) => name),
    lineage: LINEAGE_COLUMNS.every((column) => {
      const there = found.get(column.name);
      return there !== undefined && difference(column, there).length === 0;
    }),
  };
}

function difference(
  expected: ExpectedColumn,
  actual: ColumnDescription | undefined,
): readonly Difference[] {
  const { name, type, default: value } = expected;
  const column = writtenIdentifier(name);
  const declared = `${column} ${type}${value === undefined ? '' : ` DEFAULT ${value}`}`;
  if (actual === undefined) {
    const what = `column ${name} is missing: its values are not stored`;
    return [{ column: name, what, mend: `ADD COLUMN ${declared}` }];
  }
  const { defaultKind } = actual;
  if (defaultKind === 'MATERIALIZED' || defaultKind === 'ALIAS' || defaultKind === 'EPHEMERAL') {
    // An alias or ephemeral column stores nothing: only a column made anew can.
    const mend =
      defaultKind === 'MATERIALIZED'
        ? `MODIFY COLUMN ${column} REMOVE MATERIALIZED`
        : `DROP COLUMN ${column}, ADD COLUMN ${declared}`;
    return [{ column: name, what: `column ${name} is ${defaultKind}: no insert fills it`, mend }];
  }
  if (holds(actual.type, type)) return [];
  const what = `column ${name} is ${actual.type}, which does not hold every ${type}: its values are not stored`;
  return [{ column: name, what, mend: `MODIFY COLUMN ${declared}` }];
}

/** Every value of the expected type can be stored as the actual one and read back the same. */
function holds(actual: string, expected: string): boolean {
  const bare = unwrap(unwrap(actual, 'LowCardinality'), 'Nullable');
  if (bare === expected) return true;
  if (expected === 'DateTime') return /^DateTime(64\(\d(, *'[^']*')?\)|\('[^']*'\))$/.test(bare);
  const wanted = /^UInt(\d+)$/.exec(expected);
  const there = /^UInt(\d+)$/.exec(bare);
  return wanted !== null && there !== null && Number(there[1]) >= Number(wanted[1]);
}

function unwrap(type: string, wrapper: string): string {
  return type.startsWith(`${wrapper}(`) ? type.slice(wrapper.length + 1, -1) : type;
}
