import { TABLE_CONTRACT } from '../../../domain/table/planned-contract.js';
import { TableMissing, TableUnfit } from '../../../domain/errors.js';
import { TABLE_PARTITIONS_PER_BLOCK } from '../../../domain/limits.js';
import type { PlannedStatement, TablePlan } from '../../../domain/ports/table-plans.js';
import { isPlain, type TableDescription } from '../../../domain/table/description.js';
import { findDrift } from '../../../domain/table/drift.js';
import { alter, windowShortfalls } from '../../../domain/table/guarantee.js';
import type { TableName } from '../../../domain/table/table-name.js';
import type { TableWishes } from '../../../domain/table/target.js';
import type { Server } from '../client/client.js';
import { checkDeadLetters } from './check-dead-letters.js';
import { databaseStatement, type Place } from './create-statements.js';
import { DEAD_LETTER_COLUMNS } from './dead-letter-columns.js';
import { describeForContract, layoutForTable } from './describe-for-contract.js';
import { describeTable } from './describe-table.js';
import { notDurable } from './describe-target.js';
import { type EventLayout, tableColumns } from './event-layout.js';
import { findPlace } from './find-place.js';
import {
  databaseMissing,
  type TableOptions,
  toBeCreated,
  wantedTables,
  whyNotMade,
} from './prepare-tables.js';
import { tryStatements } from './try-statements.js';

/**
 * Describes both tables of a pipeline as a start would find them, with the statements that are still to run. Tries the statements
 * that create tables on temporary tables. Leaves nothing behind.
 */
export async function planTables(
  server: Server,
  name: TableName,
  options: TableOptions & { readonly wishes: TableWishes },
): Promise<TablePlan> {
  const { wishes } = options;
  const wanted = wantedTables(name, options);
  const [events = null, letters = null] = await Promise.all(
    wanted.map((each) => describeTable(server, each.name)),
  );
  if (events === null && wishes.contract === TABLE_CONTRACT) return withoutTable(name);
  const place = await findPlace(
    server,
    name.database,
    [events, letters].flatMap((each) => each ?? []),
  );
  const missing = wanted.filter((_, index) => [events, letters][index] === null);
  const mayCreate = options.createTables && !place.replicated && place.isKnown;
  const unfit = place.hasDatabase
    ? await tryStatements(server, missing)
    : { faults: [new TableMissing(databaseMissing(missing, place)).message], untried: null };
  const described = events && describeForContract(events, options, wishes);
  const checked = letters && checkLetters(letters, events ?? letters, wanted[1].statement(place));
  return {
    target: described?.target ?? null,
    refusals: [
      described?.unfit ?? null,
      ...(wishes.durability === 'fsync'
        ? [described?.notDurable ?? null, letters && notDurable(letters)]
        : []),
      ...(checked?.refusals ?? []),
      ...unfit.faults,
    ].filter((refusal) => refusal !== null),
    notCreated: missing.length > 0 && !mayCreate ? whyNotMade(options.createTables, place) : null,
    statements: [
      ...(place.hasDatabase ? [] : [plannedDatabase(name, place)]),
      ...missing.map(({ name: table, statement }): PlannedStatement => {
        return { kind: 'create', table, sql: statement(place) };
      }),
      ...(events === null
        ? []
        : alterations(events, layoutForTable(events, options, wishes), wishes)),
      ...(letters === null ? [] : letterAlterations(letters)),
    ],
    warnings: [
      ...(described?.warnings ?? []),
      ...(checked?.warnings ?? []),
      ...(unfit.untried === null ? [] : [unfit.untried]),
    ],
  };
}

/** The statement that creates the database of a table. */
export function plannedDatabase(table: TableName, place: Place): PlannedStatement {
  return { kind: 'database', table, sql: databaseStatement(table, place) };
}

function withoutTable(name: TableName): TablePlan {
  const refusals = [new TableMissing(toBeCreated(name)).message];
  return { target: null, refusals, notCreated: null, statements: [], warnings: [] };
}

/** One ALTER for the columns, and one for the deduplication window if it is too short. */
function alterations(
  table: TableDescription,
  layout: EventLayout,
  { lanes }: TableWishes,
): readonly PlannedStatement[] {
  const { differences } = findDrift(tableColumns(layout), table.columns);
  const columns = differences.flatMap(({ alteration }) => alteration ?? []);
  const load = { lanes, tablePartitionsPerBlock: TABLE_PARTITIONS_PER_BLOCK };
  const shortfalls = isPlain(table.engine) ? windowShortfalls(table, load) : [];
  const settings = shortfalls.map(({ alteration }) => alteration);
  return [...(columns.length === 0 ? [] : [columns.join(', ')]), ...settings].map((what) => ({
    kind: 'alter',
    table: table.name,
    sql: alter(table, what),
  }));
}

function letterAlterations(table: TableDescription): readonly PlannedStatement[] {
  const { differences } = findDrift(DEAD_LETTER_COLUMNS, table.columns);
  const columns = differences.flatMap(({ alteration }) => alteration ?? []);
  if (columns.length === 0) return [];
  return [{ kind: 'alter', table: table.name, sql: alter(table, columns.join(', ')) }];
}

function checkLetters(
  letters: TableDescription,
  events: TableDescription,
  create: string,
): { readonly refusals: readonly string[]; readonly warnings: readonly string[] } {
  try {
    return { refusals: [], warnings: checkDeadLetters(letters, { events, create }) };
  } catch (error) {
    if (!(error instanceof TableUnfit)) throw error;
    return { refusals: [error.message], warnings: [] };
  }
}
