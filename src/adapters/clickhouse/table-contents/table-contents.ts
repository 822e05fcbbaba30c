import { deadLettersOf } from '../../../domain/table/table-name.js';
import type { TableContents } from '../../../domain/ports/table-contents.js';
import type { Server } from '../client/client.js';
import { describeTable } from '../schema/describe-table.js';
import { describeForContract, type KnownContracts } from '../schema/describe-for-contract.js';
import { withinLog, withinTopic } from '../schema/in-log.js';
import { syncReplica } from '../schema/sync-replica.js';
import {
  countRows,
  countRowsBelow,
  readIdentities,
  readLetters,
  readRows,
} from './rows-in-range.js';
import { hashesOf, readHashes } from './content-hashes.js';
import { letterExtents, rowExtents } from '../schema/row-extents.js';
import { firstSet } from './first-set.js';

export function createTableContents(server: Server, known: KnownContracts): TableContents {
  return {
    async describe(table, contract) {
      const [events, deadLetters] = await Promise.all(
        [table, deadLettersOf(table)].map((name) => describeTable(server, name)),
      );
      if (!events) return null;
      const wishes = { lanes: 1, durability: 'server', contract } as const;
      const { target, unfit } = describeForContract(events, known, wishes);
      return { target, unfit, hasDeadLetters: Boolean(deadLetters), columns: events.columns };
    },
    async countRows(table) {
      return countRows(server, table, await syncReplica(server, table));
    },
    async countRowsBelow(table, log, offsets) {
      return countRowsBelow(server, await withinLog(server, table, log), offsets);
    },
    async rowExtents(table, topic) {
      return rowExtents(server, await withinTopic(server, table, topic));
    },
    async letterExtents(events, topic) {
      return letterExtents(server, await withinTopic(server, deadLettersOf(events), topic));
    },
    async readRows(table, log, range, onRow) {
      await readRows(server, { ...(await withinLog(server, table, log)), range }, onRow);
    },
    async readIdentities(table, log, { idColumn, contract, only, ...range }, onRow) {
      const found = await describeTable(server, table);
      if (found === null) return;
      // A column of that name that the pipeline does not fill says nothing about its rows.
      const wishes = { lanes: 1, durability: 'server', contract } as const;
      const { target } = describeForContract(found, known, wishes);
      if (!target.columns.includes(idColumn)) return;
      const within = await withinLog(server, table, log);
      await readIdentities(server, { ...within, range, idColumn, only }, onRow);
    },
    hashesOf: (block, values, onRow) => hashesOf(server, block, { values, onRow }),
    async readHashes(table, log, { columns, only, ...range }, onRow) {
      const within = await withinLog(server, table, log);
      await readHashes(server, { ...within, range, columns, only }, onRow);
    },
    async firstSet(table, log, { hasDeadLetters, ...of }) {
      const within = await withinLog(server, table, log);
      const letters = hasDeadLetters ? await withinLog(server, deadLettersOf(table), log) : null;
      return firstSet(server, within, { ...of, letters });
    },
    async readLetters(events, log, range, onLetter) {
      const within = await withinLog(server, deadLettersOf(events), log);
      await readLetters(server, { ...within, range }, onLetter);
    },
  };
}
