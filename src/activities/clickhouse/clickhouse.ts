import type {
  DeadLetterTable,
  EventTable,
  OpenLetters,
  TableContents,
  TableDirectory,
} from '../../domain/ports.js';
import type { ClickHouseOptions } from './client.js';
import { createDeadLetterTable } from './dead-letter-table.js';
import { createEventTable } from './event-table.js';
import { createInsertSettings } from './insert-settings.js';
import { createOpenLetters } from './open-letters.js';
import type { TableOptions } from './prepare-tables.js';
import { createServer, type RequestLimits } from './server.js';
import { createTableContents } from './table-contents.js';
import { createTableDirectory } from './table-directory.js';

export interface ClickHouse {
  readonly tables: TableDirectory;
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
  readonly contents: TableContents;
  readonly openLetters: OpenLetters;
  close(): Promise<void>;
}

/** Everything Millrace wants of one ClickHouse, over one pool of connections. */
export function createClickHouse(
  options: ClickHouseOptions & TableOptions,
  limits?: RequestLimits,
): ClickHouse {
  const server = createServer(options, limits);
  const insertSettings = createInsertSettings(server);
  return {
    tables: createTableDirectory(server, options),
    events: createEventTable(server, insertSettings, options.layout.timeColumn),
    deadLetters: createDeadLetterTable(server, insertSettings),
    contents: createTableContents(server, options),
    openLetters: createOpenLetters(server, insertSettings),
    close: () => server.close(),
  };
}
