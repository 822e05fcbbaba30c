import { parseType } from '../types/text/parse-type.js';
import { storesEvery } from '../types/text/stores-every.js';
import { commonTypeText, type Unfilled } from './drift.js';
import { writtenIdentifier } from './table-name.js';

/**
 * The contract of a plan, as plain data. It is recorded with the plan, so that every attempt makes the same rows. Plans of
 * `stream_events` have none.
 */
export interface PlannedContract {
  readonly name: string;
  /** Sixteen hexadecimal digits. A worker whose contract of that name has another hash does not carry out the plan. */
  readonly hash: string;
  /**
   * For `table`: all columns, because no worker knows them. For any other contract: the flattened Nested columns of the
   * table.
   */
  readonly columns?: readonly PlannedColumn[] | undefined;
}

export interface PlannedColumn {
  readonly name: string;
  /** In ClickHouse's own spelling. */
  readonly type: string;
  /** A missing field gets the DEFAULT of the table's column. */
  readonly default?: true | undefined;
  /** A Nested that the table has as one column per element. */
  readonly flattened?: true | undefined;
}

/** The contract of inputs, plans and states that name none. */
export const DEFAULT_CONTRACT = 'stream_events';

/** The contract that takes its columns from an existing table. */
export const TABLE_CONTRACT = 'table';

/**
 * Columns that a plan of contract `table` can no longer rely on. ClickHouse silently converts values to narrower types, and
 * silently stores zero if a default is gone.
 */
export function lostColumnsOf(
  planned: PlannedContract | undefined,
  now: PlannedContract | undefined,
): readonly Unfilled[] {
  const found = new Map(now?.columns?.map((column) => [column.name, column]));
  return (planned?.columns ?? []).flatMap((column) => lossOf(column, found.get(column.name)));
}

function lossOf(planned: PlannedColumn, now: PlannedColumn | undefined): readonly Unfilled[] {
  const { name: column, type } = planned;
  const name = writtenIdentifier(column);
  if (now === undefined) {
    const why = `column ${name} is missing, or no event can fill it any more`;
    return [{ column, why, alteration: `ADD COLUMN ${name} ${type}` }];
  }
  if (now.type !== type && !storesEvery(parseType(now.type), parseType(type))) {
    const why = `column ${name} is ${now.type}, which does not hold every ${type}`;
    const common = commonTypeText(now.type, type);
    return common === null
      ? [{ column, why, alteration: null, wouldLoseValues: true }]
      : [{ column, why, alteration: `MODIFY COLUMN ${name} ${common}` }];
  }
  if (planned.default === true && now.default !== true) {
    const why = `column ${name} has lost its DEFAULT`;
    return [{ column, why, alteration: `MODIFY COLUMN ${name} DEFAULT <what it had>` }];
  }
  return [];
}
