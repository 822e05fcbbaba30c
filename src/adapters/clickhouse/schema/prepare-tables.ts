import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../../../domain/table/planned-contract.js';
import { TableMissing, TableUnfit } from '../../../domain/errors.js';
import { MAX_LANES, TABLE_PARTITIONS_PER_BLOCK } from '../../../domain/limits.js';
import { LINEAGE_COLUMNS } from '../../../domain/records/lineage.js';
import { declaration } from '../../../domain/table/drift.js';
import { leastWindow } from '../../../domain/table/guarantee.js';
import type { TableDescription } from '../../../domain/table/description.js';
import {
  deadLettersOf,
  type TableName,
  writtenIdentifier,
  writtenName,
} from '../../../domain/table/table-name.js';
import type { TableWishes } from '../../../domain/table/target.js';
import type { Server } from '../client/client.js';
import { type EventLayout, layoutOf } from './event-layout.js';
import {
  databaseStatement,
  deadLetterTableStatement,
  eventTableStatement,
  type Place,
} from './create-statements.js';
import { declared, type KnownContracts } from './describe-for-contract.js';
import { describeTable } from './describe-table.js';
import { readOnlyReason } from './describe-target.js';
import { findPlace, type FoundPlace } from './find-place.js';

export interface TableOptions extends KnownContracts {
  /** Missing tables may be created. */
  readonly createTables: boolean;
}

/** Smallest deduplication window of a new table, in inserts: each costs the server some hundred bytes. */
const MIN_WINDOW = 10_000;

export interface PreparedTables {
  readonly events: TableDescription;
  readonly deadLetters: TableDescription;
}

/** A table and the statement that creates it. */
export interface WantedTable {
  readonly name: TableName;
  readonly statement: (place: Place) => string;
}

/** Describes both tables of a pipeline, and creates missing ones if that is allowed. Never alters a table. */
export async function prepareTables(
  server: Server,
  table: TableName,
  { createTables, wishes, ...known }: TableOptions & { readonly wishes: TableWishes },
): Promise<PreparedTables> {
  const wanted = wantedTables(table, { wishes, ...known });
  const describe = ({ name }: WantedTable) => describeTable(server, name);
  const found = await Promise.all(wanted.map(describe));
  const readOnly = found[0] ? readOnlyReason(found[0]) : null;
  if (readOnly !== null) throw new TableUnfit(readOnly);
  if (!found[0] && wishes.contract === TABLE_CONTRACT) throw new TableMissing(toBeCreated(table));
  const missing = wanted.filter((_, index) => found[index] === null);
  if (missing.length > 0) {
    const place = await findPlace(
      server,
      table.database,
      found.flatMap((each) => each ?? []),
    );
    await makeTables(server, missing, { createTables, place });
  }
  const [events, deadLetters] = await Promise.all(
    wanted.map(async (each, index) => found[index] ?? (await describe(each))),
  );
  if (!events || !deadLetters) {
    throw new TableUnfit(
      `${missing.map(({ name }) => writtenName(name)).join(' and ')} can't be seen after creation: GRANT SHOW TABLES, SHOW COLUMNS, SELECT, INSERT on each table named here to this user`,
    );
  }
  return { events, deadLetters };
}

/** The table of events and the one of dead letters, as they would be created. */
export function wantedTables(
  table: TableName,
  { wishes, ...known }: KnownContracts & { readonly wishes: TableWishes },
): readonly [WantedTable, WantedTable] {
  const layout = layoutFor(wishes, known);
  return [wantedEvents(table, layout, wishes), wantedDeadLetters(table, wishes)];
}

/** The layout of a table to create. Contract `table` never creates one. */
function layoutFor(
  { contract = DEFAULT_CONTRACT }: TableWishes,
  known: KnownContracts,
): EventLayout {
  const isBuiltIn = contract === DEFAULT_CONTRACT || contract === TABLE_CONTRACT;
  return isBuiltIn ? known.layout : layoutOf(declared(contract, known).spec, []);
}

/** Why a table of contract `table` has to be created by its owner: nobody else knows its columns. */
export function toBeCreated(table: TableName): ConstructorParameters<typeof TableMissing>[0] {
  return {
    tables: [writtenName(table)],
    why: `contract ${TABLE_CONTRACT} takes its columns from an existing table`,
    statements: [
      `CREATE TABLE ${writtenName(table)} (<your columns>, ${LINEAGE_COLUMNS.map(declaration).join(', ')}) ENGINE = MergeTree ORDER BY <your key>`,
    ],
  };
}

async function makeTables(
  server: Server,
  tables: readonly WantedTable[],
  { createTables, place }: { readonly createTables: boolean; readonly place: FoundPlace },
): Promise<void> {
  if (!place.hasDatabase) throw new TableMissing(databaseMissing(tables, place));
  if (!createTables || place.replicated || !place.isKnown) {
    throw new TableMissing({
      tables: tables.map(({ name }) => writtenName(name)),
      why: whyNotMade(createTables, place),
      statements: tables.map(({ statement }) => statement(place)),
    });
  }
  for (const { statement } of tables) {
    // Another worker may do the same at this moment. IF NOT EXISTS turns the second statement into a no-op.
    await server.command({ sql: statement(place), isWithoutRows: true });
  }
}

/** Why no table can be created in this database. */
export function databaseMissing(
  tables: readonly WantedTable[],
  place: Place,
): ConstructorParameters<typeof TableMissing>[0] {
  const [database = ''] = tables.map(({ name }) => writtenIdentifier(name.database));
  return {
    tables: tables.map(({ name }) => writtenName(name)),
    why: `there is no database ${database}, or this user has no privileges in it`,
    statements: tables.slice(0, 1).map(({ name }) => databaseStatement(name, place)),
  };
}

/** Why a start does not create its tables. */
export function whyNotMade(createTables: boolean, { isKnown }: FoundPlace): string {
  const why = createTables
    ? 'the server belongs to a cluster, and Millrace does not create tables on clusters'
    : 'MILLRACE_CREATE_TABLES is off';
  if (isKnown) return why;
  const unseen =
    'this user may not see whether the server belongs to a cluster (GRANT SELECT ON system.clusters), where the table would need a Replicated engine and ON CLUSTER';
  return createTables ? unseen : `${why}; ${unseen}`;
}

function wantedEvents(name: TableName, layout: EventLayout, wishes: TableWishes): WantedTable {
  return {
    name,
    statement: (place) => {
      // On one server the window is a file, so it has room for the maximum number of lanes. On a cluster it is in Keeper.
      const lanes = place.replicated ? wishes.lanes : MAX_LANES;
      const load = { lanes, tablePartitionsPerBlock: TABLE_PARTITIONS_PER_BLOCK };
      const partitionKey = layout.key === undefined ? layout.timeColumn : layout.key.partitionBy;
      const least = leastWindow({ partitionKey: partitionKey ?? '' }, load);
      const window = Math.max(MIN_WINDOW, least);
      return eventTableStatement(name, layout, { window, durability: wishes.durability, place });
    },
  };
}

/** The table of dead letters, as Millrace creates it. */
export function wantedDeadLetters(table: TableName, { durability }: TableWishes): WantedTable {
  const name = deadLettersOf(table);
  return {
    name,
    statement: (place) => deadLetterTableStatement(name, { window: MIN_WINDOW, durability, place }),
  };
}
