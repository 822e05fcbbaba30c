import { parseType } from '../types/text/parse-type.js';
import { storesEvery } from '../types/text/stores-every.js';
import type { Unfilled } from './drift.js';
import { writtenIdentifier } from './table-name.js';

/**
 * The contract that a plan was made for, as plain data: recorded with the plan, so that every attempt makes the same rows.
 * Plans of `stream_events` carry none.
 */
export interface PlannedContract {
  readonly name: string;
  /** Sixteen hexadecimal digits: a worker whose contract of that name has others does not carry out the plan. */
  readonly hash: string;
  /** For `table`: the columns, which no worker knows by itself. Of any other contract, those that the table has flattened. */
  readonly columns?: readonly PlannedColumn[] | undefined;
}

export interface PlannedColumn {
  readonly name: string;
  /** In ClickHouse's own spelling. */
  readonly type: string;
  /** A missing field takes the DEFAULT of the table. */
  readonly default?: true | undefined;
  /** A Nested that the table has as a column for each element. */
  readonly flattened?: true | undefined;
}

/** The contract of a pipeline whose input names none, and of plans and states that name none. */
export const DEFAULT_CONTRACT = 'stream_events';

/** Takes its columns from a table that exists. */
export const TABLE_CONTRACT = 'table';

/**
 * What a plan of contract `table` can't rely on any more: ClickHouse converts values to narrower types, and puts zero in
 * the place of a default that is gone, both in silence.
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
    return [{ column, why, alteration: `MODIFY COLUMN ${name} ${type}` }];
  }
  if (planned.default === true && now.default !== true) {
    const why = `column ${name} has lost its DEFAULT`;
    return [{ column, why, alteration: `MODIFY COLUMN ${name} DEFAULT <what it had>` }];
  }
  return [];
}
