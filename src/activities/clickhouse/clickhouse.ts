import type {
  DeadLetterTable,
  EventTable,
  TableContents,
  TableDirectory,
} from '../../domain/ports.js';
import type { OpenLetters } from '../../domain/redrive/open-letters.js';
import { createTableContents } from './contents/table-contents.js';
import { createDeadLetterTable } from './dead-letters/dead-letter-table.js';
import { createOpenLetters } from './dead-letters/open-letters.js';
import { createEventTable } from './events/event-table.js';
import type { ClickHouseOptions } from './server/client.js';
import { createInsertSettings } from './server/insert-settings.js';
import { createServer, type RequestLimits } from './server/server.js';
import type { TableOptions } from './tables/prepare-tables.js';
import { createTableDirectory } from './tables/table-directory.js';

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
