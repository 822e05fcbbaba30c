import type { Block } from '../../../domain/blocks/block.js';
import { sqlIdentifier, sqlName, type TableName } from '../../../domain/table/table-name.js';
import type { EventTable } from '../../../domain/ports/event-table.js';
import { nativeBlock } from '../native/native.js';
import { queryId } from '../client/query-id.js';
import { runningInserts } from '../client/running-inserts.js';
import type { Server, Settings } from '../client/client.js';
import { findTable } from '../schema/find-table.js';
import { viewNames } from '../schema/find-views.js';
import { withinLog } from '../schema/in-log.js';
import { presentRows } from './present-rows.js';

export function createEventTable(
  server: Server,
  insertSettings: () => Promise<Settings>,
  timeColumn: string,
): EventTable {
  return {
    runningInserts: (self) => runningInserts(server, self),
    async views(table) {
      const row = await findTable(server, table);
      return row === null ? [] : viewNames(server, row);
    },
    async present(table, log, block) {
      const within = await withinLog(server, table, log);
      return presentRows(server, { within, block, timeColumn });
    },
    async insert(table, block, { token, id, signal, onSilence }) {
      const writtenRows = await server.insert({
        sql: insertStatement(table, block),
        body: nativeBlock(block.rows, block.columns),
        settings: { ...(await insertSettings()), insert_deduplication_token: token },
        queryId: queryId(id),
        signal,
        onSilence,
      });
      return { writtenRows: writtenRows ?? 0 };
    },
  };
}

function insertStatement(table: TableName, { columns }: Block): string {
  const names = columns.map(({ name }) => sqlIdentifier(name)).join(', ');
  return `INSERT INTO ${sqlName(table)} (${names}) FORMAT Native`;
}
