import type { TableDirectory } from '../../domain/ports.js';
import { checkDeadLetters } from './check-dead-letters.js';
import { ONE_SERVER } from './create-statements.js';
import { describeTarget } from './describe-target.js';
import { findTable } from './describe-table.js';
import { prepareTables, type TableOptions, wantedDeadLetters } from './prepare-tables.js';
import { newestRows, rowsOfOtherOrigin } from './row-origins.js';
import type { Server } from './server.js';
import { NO_UUID } from './view-target.js';

export function createTableDirectory(server: Server, options: TableOptions): TableDirectory {
  return {
    async prepare(table, wishes) {
      const { events, deadLetters } = await prepareTables(server, table, { ...options, wishes });
      const { target, warnings } = describeTarget(events, options.layout, wishes);
      const create = wantedDeadLetters(table, wishes).statement(ONE_SERVER);
      return { target, warnings: [...warnings, ...checkDeadLetters(deadLetters, create)] };
    },
    async identify(table) {
      const row = await findTable(server, table);
      if (row === null) return null;
      return row.uuid === NO_UUID ? '' : row.uuid;
    },
    rowsOfOtherOrigin: (table, topic) => rowsOfOtherOrigin(server, table, topic),
    newestRows: (table, topic) => newestRows(server, table, topic),
  };
}
