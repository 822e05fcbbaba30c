import type { Block } from '../../domain/batch/block.js';
import { sqlIdentifier, sqlName } from '../../domain/pipeline/table-name.js';
import type { EventTable, TableName } from '../../domain/ports.js';
import { findTable } from './describe-table.js';
import { viewNames } from './find-views.js';
import { nativeBlock } from './native.js';
import { presentRows } from './present-rows.js';
import { queryId } from './query-id.js';
import { runningInserts } from './running-inserts.js';
import type { Server, Settings } from './server.js';
import { syncReplica } from './sync-replica.js';

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
    async present(table, topic, block) {
      const settings = await syncReplica(server, table);
      return presentRows(server, { table, topic, block, timeColumn, settings });
    },
    async insert(table, block, { token, id, signal }) {
      const writtenRows = await server.insert({
        sql: insertStatement(table, block),
        body: nativeBlock(block.rows, block.columns),
        settings: { ...(await insertSettings()), insert_deduplication_token: token },
        queryId: queryId(id),
        signal,
      });
      return { writtenRows: writtenRows ?? 0 };
    },
  };
}

function insertStatement(table: TableName, { columns }: Block): string {
  const names = columns.map(({ name }) => sqlIdentifier(name)).join(', ');
  return `INSERT INTO ${sqlName(table)} (${names}) FORMAT Native`;
}
