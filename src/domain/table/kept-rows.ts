import { isMergeTree, type TableDescription } from './description.js';
import { writtenName } from './table-name.js';

/**
 * Engines outside the MergeTree family that keep the rows they have acknowledged. Tables of the Log family kept every row
 * when ClickHouse 26.7 was killed. A Distributed table has the rows on its shards before it answers, because every insert
 * sets `distributed_foreground_insert`.
 */
const KEEPS_ROWS: ReadonlySet<string> = new Set(['Log', 'TinyLog', 'StripeLog', 'Distributed']);

/** How other engines lose rows that they have acknowledged. */
const LOSES_ROWS: ReadonlyMap<string, string> = new Map([
  ['Buffer', 'it holds new rows in memory, and they are lost when ClickHouse is killed'],
  ['Memory', 'it holds its rows in memory, and they are lost when ClickHouse restarts'],
  ['Null', "it keeps no rows, and Millrace can't see whether its views do"],
]);

/** Why rows that the table has acknowledged may be lost. Empty if it keeps them. */
export function lossReasons(table: TableDescription): readonly string[] {
  const name = writtenName(table.name);
  const advice = `write into ${tableBehind(table)}`;
  if (table.engine === 'MaterializedView') {
    const { engineBehind } = table;
    if (engineBehind === null) {
      const what = 'it is unknown whether the table behind it keeps rows';
      return [`${name} is a MaterializedView, and ${what}: ${advice}`];
    }
    return keeps(engineBehind)
      ? []
      : [`${name} writes into a ${engineBehind}, and ${loss(engineBehind)}; ${advice}`];
  }
  return keeps(table.engine)
    ? []
    : [`${name} is a ${table.engine}: ${loss(table.engine)}; ${advice}`];
}

/** The table to write into instead, with its name if that is known. */
export function tableBehind({ behind }: TableDescription): string {
  return behind.length === 0 ? 'a MergeTree table' : `the table behind it (${behind.join(', ')})`;
}

function keeps(engine: string): boolean {
  return isMergeTree(engine) || KEEPS_ROWS.has(engine);
}

function loss(engine: string): string {
  return LOSES_ROWS.get(engine) ?? 'Millrace does not know whether it keeps what it acknowledges';
}
