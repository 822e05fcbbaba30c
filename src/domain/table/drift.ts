import { isLineageColumn, LOG_COLUMN, PLACE_COLUMNS } from '../records/lineage.js';
import { commonType } from '../types/text/common-type.js';
import { parseType } from '../types/text/parse-type.js';
import { printType } from '../types/text/print-type.js';
import { storesEvery } from '../types/text/stores-every.js';
import type { TypeNode } from '../types/text/type-node.js';
import { TypeTextError } from '../types/text/type-tokens.js';
import type { ColumnDescription } from './description.js';
import { writtenIdentifier } from './table-name.js';

/** A column as Millrace would create it. */
export interface ExpectedColumn {
  readonly name: string;
  /** ClickHouse type. */
  readonly type: string;
  /** SQL expression for rows that don't name the column. */
  readonly default?: string | undefined;
  /** SQL expression for the rows that a table has before the column is added. */
  readonly earlier?: string | undefined;
  /** An insert sends NULL to use the default. If the table's column had no default, ClickHouse would store zero. */
  readonly defaultsByServer?: boolean | undefined;
  /** The server fills the column, and no insert does. */
  readonly filledByServer?: boolean | undefined;
  /** An event may lack the field that fills the column. */
  readonly isOptional?: boolean | undefined;
}

/** How to fix a column. */
export interface ColumnFix {
  /** The part of `ALTER TABLE` after the table's name that fixes it and keeps all stored values. Null if there is none. */
  readonly alteration: string | null;
  /** Set if no type holds both the stored values and those of the contract. Otherwise only key columns have no alteration. */
  readonly wouldLoseValues?: true | undefined;
}

export interface Difference extends ColumnFix {
  readonly column: string;
  /** What is different, in a sentence. */
  readonly what: string;
}

export interface Drift {
  readonly differences: readonly Difference[];
  /** Columns that an insert can fill, in the expected order. */
  readonly insertable: readonly string[];
  /** Why rows don't say which record they came from. Empty if all those columns exist with their types. */
  readonly lineage: readonly Difference[];
  /** Expected columns, without lineage, that an insert should fill but can't. */
  readonly notStored: readonly (Difference & { readonly isOptional: boolean })[];
  /** Why rows don't say which log they belong to. */
  readonly log: readonly Difference[];
}

/** An expected column, lineage included, that no insert can fill in the current table. */
export interface Unfilled extends ColumnFix {
  readonly column: string;
  /** For example `column payload is missing`. */
  readonly why: string;
}

/** Compares a table with the expected columns. Additional columns are ignored. */
export function findDrift(
  expected: readonly ExpectedColumn[],
  actual: readonly ColumnDescription[],
): Drift {
  const found = new Map(actual.map((column) => [column.name, column]));
  const differences = expected.flatMap((column) => difference(column, found.get(column.name)));
  const different = new Set(differences.map(({ column }) => column));
  return {
    differences,
    insertable: expected
      .filter(({ name, filledByServer }) => !filledByServer && !different.has(name))
      .map(({ name }) => name),
    lineage: PLACE_COLUMNS.flatMap((column) => difference(column, found.get(column.name))),
    log: difference(LOG_COLUMN, found.get(LOG_COLUMN.name)),
    notStored: expected
      .filter(({ name, filledByServer }) => !filledByServer && !isLineageColumn(name))
      .flatMap((column) =>
        difference(column, found.get(column.name)).map((each) => ({
          ...each,
          isOptional: column.isOptional === true,
        })),
      ),
  };
}

/** The column's declaration for `CREATE TABLE` and `ADD COLUMN`. */
export function declaration({ name, type, default: value }: ExpectedColumn): string {
  return `${writtenIdentifier(name)} ${type}${value === undefined ? '' : ` DEFAULT ${value}`}`;
}

function difference(
  expected: ExpectedColumn,
  actual: ColumnDescription | undefined,
): readonly Difference[] {
  const { name, type } = expected;
  const column = writtenIdentifier(name);
  const differs = (what: string, alteration: string | null, wouldLoseValues?: true) => [
    {
      ...{ column: name, what: `column ${column} ${what}`, alteration },
      ...(wouldLoseValues && { wouldLoseValues }),
    },
  ];
  if (actual === undefined) {
    const { default: value = expected.earlier } = expected;
    return differs('is missing', `ADD COLUMN ${declaration({ ...expected, default: value })}`);
  }
  const { defaultKind: kind } = actual;
  const modify = (what: string, keeping: string | null) => {
    if (actual.isKey) return differs(what, null);
    if (keeping === null) return differs(what, null, true);
    return differs(what, `MODIFY COLUMN ${declaration({ ...expected, type: keeping })}`);
  };
  if (kind === 'ALIAS' || kind === 'EPHEMERAL') {
    // Such a column stores nothing, so it has to be replaced by a new one.
    return differs(
      `is ${kind} and stores nothing`,
      `DROP COLUMN ${column}, ADD COLUMN ${declaration(expected)}`,
    );
  }
  if (expected.filledByServer) {
    return kind === '' ? modify('has no default, so it stays empty', actual.type) : [];
  }
  if (kind === 'MATERIALIZED') {
    return differs(
      "is MATERIALIZED: inserts can't fill it",
      `MODIFY COLUMN ${column} REMOVE MATERIALIZED`,
    );
  }
  if (expected.defaultsByServer && kind === '') {
    return modify(
      'has no DEFAULT, so zero would be stored if an event lacks the field',
      commonTypeText(actual.type, type),
    );
  }
  if (holds(actual.type, type)) return [];
  return modify(
    `is ${actual.type}, which does not hold every ${type}`,
    commonTypeText(actual.type, type),
  );
}

/**
 * The type for `MODIFY COLUMN`, which holds the stored values as well as those of the contract: ClickHouse truncates stored
 * values silently to a narrower type. Null if there is none.
 */
export function commonTypeText(actual: string, expected: string): string | null {
  if (actual === expected) return expected;
  const there = readType(actual);
  const wanted = readType(expected);
  if (there === null || wanted === null) return null;
  const common = commonType(there, wanted);
  // As the contract spells it.
  return common === wanted ? expected : common === null ? null : printType(common);
}

/**
 * Whether the actual type can store every value of the expected type so that it reads back the same. A type whose text
 * can't be parsed only holds itself.
 */
function holds(actual: string, expected: string): boolean {
  if (actual === expected) return true;
  const there = readType(actual);
  const wanted = readType(expected);
  return there !== null && wanted !== null && storesEvery(there, wanted);
}

function readType(text: string): TypeNode | null {
  try {
    return parseType(text);
  } catch (error) {
    if (error instanceof TypeTextError) return null;
    throw error;
  }
}
