import type { DeadLetterTable } from '../../domain/ports/dead-letter-table.js';
import type { EventTable } from '../../domain/ports/event-table.js';
import type { TableContents } from '../../domain/ports/table-contents.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import type { TablePlans } from '../../domain/ports/table-plans.js';
import type { OpenLetters } from '../../domain/redrive/open-letters.js';
import { createTableContents } from './table-contents/table-contents.js';
import { createDeadLetterTable } from './dead-letter-table/dead-letter-table.js';
import { createOpenLetters } from './dead-letter-table/open-letters.js';
import { createEventTable } from './event-table/event-table.js';
import { createJsonForm } from './event-table/json-form.js';
import { createInsertSettings } from './client/query-settings.js';
import {
  createServer,
  type RequestLimits,
  type Server,
  type ServerOptions,
} from './client/client.js';
import { planTables } from './schema/plan-tables.js';
import type { TableOptions } from './schema/prepare-tables.js';
import { createTableDirectory } from './schema/table-directory.js';

export interface ClickHouse {
  readonly tables: TableDirectory;
  readonly plans: TablePlans;
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
  readonly contents: TableContents;
  readonly openLetters: OpenLetters;
  close(): Promise<void>;
}

/** Creates everything that Millrace needs from ClickHouse, over one connection pool per host. */
export function createClickHouse(
  options: ServerOptions & TableOptions,
  limits?: RequestLimits,
): ClickHouse {
  const server = createServer(options, limits);
  const insertSettings = createInsertSettings(server);
  const jsonForm = createJsonForm(server);
  const hidden = new Set<string>();
  return {
    tables: onOneHost(server, (host) => createTableDirectory(host, options, hidden)),
    plans: onOneHost(server, (host) => ({
      plan: (table, wishes) => planTables(host, table, { ...options, wishes }),
    })),
    events: onOneHost(server, (host) =>
      createEventTable(host, {
        insertSettings,
        jsonForm,
        timeColumn: options.layout.timeColumn,
      }),
    ),
    deadLetters: onOneHost(server, (host) => createDeadLetterTable(host, insertSettings)),
    contents: onOneHost(server, (host) => createTableContents(host, options)),
    openLetters: onOneHost(server, (host) => createOpenLetters(host, insertSettings)),
    close: () => server.close(),
  };
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Sends all requests of one call to the same host, so that the replica that was synchronised is the one that is read, and one
 * server describes a table. If the host fails, the call fails, and the next call picks another host.
 */
function onOneHost<Port extends object>(server: Server, create: (host: Server) => Port): Port {
  const port = create(server);
  if (server.hosts().length === 1) return port;
  const entries = Object.entries(port).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'function') return [name, value] as const;
    const method: Method = async (...args) => {
      const pinned = create(await server.pick()) as Record<string, Method>;
      return pinned[name]?.(...args);
    };
    return [name, method] as const;
  });
  return Object.fromEntries(entries) as Port;
}
