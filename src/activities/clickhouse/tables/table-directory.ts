import { TableUnfit } from '../../../domain/errors.js';
import { deadLettersOf, writtenName } from '../../../domain/pipeline/table-name.js';
import type { TableDirectory } from '../../../domain/ports.js';
import { letterExtents, rowExtents } from '../contents/extents.js';
import type { Server } from '../server/server.js';
import { checkDeadLetters } from './check-dead-letters.js';
import { ONE_SERVER } from './create-statements.js';
import { describeTarget } from './describe-target.js';
import { assertFsync } from './durability.js';
import { findPlace, isOnCluster } from './find-place.js';
import { findTable } from './find-table.js';
import { prepareTables, type TableOptions, wantedDeadLetters } from './prepare-tables.js';
import { withinTopic } from './in-log.js';
import { findReplicatedId } from './replicated-id.js';
import { rowsOfOtherOrigin } from './row-origins.js';
import { syncReplica } from './sync-replica.js';
import { NO_UUID } from './view-target.js';

export function createTableDirectory(server: Server, options: TableOptions): TableDirectory {
  // Asking again for what this user may not see would only fill the server's log.
  const hidden = new Set<string>();
  return {
    async prepare(table, wishes) {
      const { events, deadLetters } = await prepareTables(server, table, { ...options, wishes });
      const { target, warnings, unfit } = describeTarget(events, options.layout, wishes);
      if (unfit !== null) throw new TableUnfit(unfit);
      if (target.findable) await assertMayLook(server);
      if (wishes.durability === 'fsync') assertFsync(deadLetters);
      const both = [events, deadLetters];
      const place = both.some(isOnCluster)
        ? await findPlace(server, table.database, both)
        : ONE_SERVER;
      const create = wantedDeadLetters(table, wishes).statement(place);
      const checked = checkDeadLetters(deadLetters, { events, create });
      return { target, warnings: [...warnings, ...checked] };
    },
    async identify(table, known) {
      const row = await findTable(server, table);
      if (row === null) return null;
      const tableId = row.uuid === NO_UUID ? '' : row.uuid;
      const isSame = tableId === known.tableId;
      if (isSame && (known.replicatedId !== undefined || hidden.has(writtenName(table))))
        return { tableId };
      try {
        const replicated = await findReplicatedId(server, row);
        if (replicated.kind === 'hidden') hidden.add(writtenName(table));
        return { tableId, ...(replicated.kind === 'found' && { replicatedId: replicated.id }) };
      } catch (error) {
        // It was only asked so that a later fail-over is understood; the insert itself says what Keeper lacks.
        if (isSame) return { tableId };
        throw error;
      }
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

/** A grant that is missing shows at the start, in the server's words, and not in the middle of somebody's outage. */
async function assertMayLook(server: Server): Promise<void> {
  await server.rows({ sql: 'SELECT query_id FROM system.processes LIMIT 0' });
}
