import { deadLettersOf } from '../../../domain/pipeline/table-name.js';
import type { TableContents } from '../../../domain/ports.js';
import type { Server } from '../server/server.js';
import { describeTable } from '../tables/describe-table.js';
import { describeTarget } from '../tables/describe-target.js';
import type { EventLayout } from '../tables/event-columns.js';
import { syncReplica } from '../tables/sync-replica.js';
import { countRows, countRowsBelow } from './count-rows.js';
import { letterExtents, rowExtents } from './extents.js';
import { readLetters } from './letters-in-range.js';
import { readIdentities, readRows } from './rows-in-range.js';

export function createTableContents(
  server: Server,
  { layout }: { readonly layout: EventLayout },
): TableContents {
  const { idColumn } = layout;
  return {
    idColumn,
    async describe(table) {
      const [events, deadLetters] = await Promise.all(
        [table, deadLettersOf(table)].map((name) => describeTable(server, name)),
      );
      if (!events) return null;
      const wishes = { lanes: 1, durability: 'server' } as const;
      const { target, unfit } = describeTarget(events, layout, wishes);
      return { target, unfit, hasDeadLetters: Boolean(deadLetters) };
    },
    async countRows(table) {
      return countRows(server, table, await syncReplica(server, table));
    },
    async countRowsBelow(table, topic, offsets) {
      const settings = await syncReplica(server, table);
      return countRowsBelow(server, { table, topic, settings }, offsets);
    },
    async rowExtents(table, topic) {
      const settings = await syncReplica(server, table);
      return rowExtents(server, { table, topic, settings });
    },
    async letterExtents(events, topic) {
      const table = deadLettersOf(events);
      const settings = await syncReplica(server, table);
      return letterExtents(server, { table, topic, settings });
    },
    async readRows(table, topic, range, onRow) {
      const settings = await syncReplica(server, table);
      await readRows(server, { table, topic, settings, range }, onRow);
    },
    async readIdentities(table, topic, range, onRow) {
      const columns = (await describeTable(server, table))?.columns ?? [];
      if (!columns.some(({ name }) => name === idColumn)) return;
      const settings = await syncReplica(server, table);
      await readIdentities(server, { table, topic, settings, range, idColumn }, onRow);
    },
    async readLetters(events, topic, range, onLetter) {
      const table = deadLettersOf(events);
      const settings = await syncReplica(server, table);
      await readLetters(server, { table, topic, settings, range }, onLetter);
    },
  };
}
