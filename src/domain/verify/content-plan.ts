import { isLineageColumn } from '../records/lineage.js';
import type { ColumnDescription } from '../table/description.js';
import type { Target } from '../table/target.js';
import { formerTypes } from '../types/text/former-types.js';
import type { ComparedColumn, HashedValue } from '../ports/table-contents.js';

/** The values of a row that are hashed: one for each column, followed by the less precise forms of some. */
export function hashedValues(columns: readonly ComparedColumn[]): readonly HashedValue[] {
  const former = columns.flatMap((column) =>
    formerTypes(column.type).map((formerType) => ({ ...column, formerType })),
  );
  return [...columns, ...former];
}

/** A column whose values are not compared. */
export interface UncomparedColumn {
  readonly column: string;
  /** For example `it is MATERIALIZED`. */
  readonly why: string;
}

/** Which values `verify` compares by content. Plain JSON. */
export interface ContentPlan {
  readonly columns: readonly ComparedColumn[];
  readonly uncompared: readonly UncomparedColumn[];
  /** Number of rows of each chunk that are compared. Missing if all are. */
  readonly sample?: number | undefined;
}

/** Compares the columns that the contract fills. Lists the others, and those that the table does not store, with the reason. */
export function contentPlan(
  { columns: filled, notStored = [] }: Pick<Target, 'columns' | 'notStored'>,
  columns: readonly ColumnDescription[],
  sample: number | undefined,
): ContentPlan {
  const own = columns.filter(({ name }) => !isLineageColumn(name));
  const missing = new Set(notStored.map(({ column }) => column));
  return {
    columns: own
      .filter(({ name }) => filled.includes(name))
      .map(({ name, type }) => ({ name, type })),
    uncompared: [
      ...notStored.map(({ column, why }) => ({ column, why })),
      ...own
        .filter(({ name }) => !filled.includes(name) && !missing.has(name))
        .map(({ name, defaultKind }) => ({ column: name, why: whyNot(defaultKind) })),
    ],
    ...(sample !== undefined && { sample }),
  };
}

function whyNot(kind: ColumnDescription['defaultKind']): string {
  switch (kind) {
    case 'MATERIALIZED':
    case 'ALIAS':
    case 'EPHEMERAL':
      return `it is ${kind}`;
    case 'DEFAULT':
      return 'the server fills it with its DEFAULT';
    case '':
      return 'the contract does not fill it';
  }
}
