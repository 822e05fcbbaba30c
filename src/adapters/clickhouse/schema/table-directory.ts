import { TableUnfit } from '../../../domain/errors.js';
import type { TableDescription } from '../../../domain/table/description.js';
import { deadLettersOf, type TableName } from '../../../domain/table/table-name.js';
import type { TableWishes, Target } from '../../../domain/table/target.js';
import type { TableDirectory } from '../../../domain/ports/table-directory.js';
import { letterExtents, rowExtents, rowsOfOtherOrigin } from './row-extents.js';
import type { Server } from '../client/client.js';
import { checkDeadLetters } from './check-dead-letters.js';
import { ONE_SERVER } from './create-statements.js';
import { describeTable } from './describe-table.js';
import { describeForContract } from './describe-for-contract.js';
import { type DescribedTarget, notDurable } from './describe-target.js';
import { findPlace, isOnCluster } from './find-place.js';
import { createTableIdentifier } from './identify-table.js';
import { prepareTables, type TableOptions, wantedDeadLetters } from './prepare-tables.js';
import { withinTopic } from './in-log.js';
import { syncReplica } from './sync-replica.js';

/** `hidden`: tables whose node in Keeper can't be seen. Asking again would only fill the server's log. */
export function createTableDirectory(
  server: Server,
  options: TableOptions,
  hidden = new Set<string>(),
): TableDirectory {
  const lettersWarnings = (tables: BothTables, wishes: TableWishes) =>
    warningsOfDeadLetters(server, tables, wishes);
  return {
    async prepare(table, wishes) {
      const tables = await prepareTables(server, table, { ...options, wishes });
      const described = describeForContract(tables.events, options, wishes);
      assertFit(described, tables, wishes);
      if (described.target.findable) await assertMayLook(server);
      const warnings = [...described.warnings, ...(await lettersWarnings(tables, wishes))];
      return { target: describedNow(described, warnings), warnings };
    },
    identify: createTableIdentifier(server, hidden),
    async describe(table, wishes) {
      const [events, deadLetters] = await Promise.all(
        [table, deadLettersOf(table)].map((name) => describeTable(server, name)),
      );
      if (!events) return null;
      const described = describeForContract(events, options, wishes);
      // A table that can't take dead letters is only a warning here: the first dead letter fails loudly.
      const more = deadLetters
        ? await lettersWarnings({ events, deadLetters }, wishes).catch(unfitAsWarning)
        : [];
      return { ...described, target: describedNow(described, [...described.warnings, ...more]) };
    },
    async rowsOfOtherOrigin(table, topic) {
      const settings = await syncReplica(server, table);
      return rowsOfOtherOrigin(server, { table, topic, settings });
    },
    async extents(table, topic) {
      const [events, deadLetters] = await Promise.all([
        withinTopic(server, table, topic),
        withinTopic(server, deadLettersOf(table), topic),
      ]);
      const [rows, letters] = await Promise.all([
        rowExtents(server, events),
        letterExtents(server, deadLetters),
      ]);
      return { rows, letters };
    },
  };
}

interface BothTables {
  readonly events: TableDescription;
  readonly deadLetters: TableDescription;
}

function describedNow({ target }: DescribedTarget, warnings: readonly string[]): Target {
  return { ...target, warnings, describedMs: Date.now() };
}

function assertFit(
  described: DescribedTarget,
  { deadLetters }: BothTables,
  { durability }: TableWishes,
): void {
  const fsync = durability === 'fsync' ? (described.notDurable ?? notDurable(deadLetters)) : null;
  const fault = fsync ?? described.unfit;
  if (fault !== null) throw new TableUnfit(fault);
}

/** Throws if the table of dead letters would lose some. */
async function warningsOfDeadLetters(
  server: Server,
  { events, deadLetters }: BothTables,
  wishes: TableWishes,
): Promise<readonly string[]> {
  const both = [events, deadLetters];
  const { database }: TableName = events.name;
  const place = both.some(isOnCluster) ? await findPlace(server, database, both) : ONE_SERVER;
  const create = wantedDeadLetters(events.name, wishes).statement(place);
  return checkDeadLetters(deadLetters, { events, create });
}

function unfitAsWarning(error: unknown): readonly string[] {
  if (error instanceof TableUnfit) return [error.message];
  throw error;
}

/** Lets a missing grant fail the start, in the server's words, instead of an attempt in the middle of an outage. */
async function assertMayLook(server: Server): Promise<void> {
  await server.rows({ sql: 'SELECT query_id FROM system.processes LIMIT 0' });
}
