import { Buffer } from 'node:buffer';
import {
  INSERT_DEADLINE_MS,
  INSERT_IDLE_MS,
  INSERT_SILENCE_MS,
  QUERY_DEADLINE_MS,
} from '../../../domain/limits.js';
import type { SilentInsert } from '../../../domain/pipeline/messages.js';
import { createHostChoice, type HostNews } from './choose-host.js';
import { type ClickHouseOptions, createHost, type Host } from './host.js';
import type { Request, RequestBody, Settings } from './exchange.js';
import { randomUUID } from 'node:crypto';
import { nativeBlock, type NativeColumn } from '../native/native.js';

export type { Settings } from './exchange.js';

export interface Query extends Pick<
  Request,
  'sql' | 'isWithoutRows' | 'parameters' | 'settings' | 'signal'
> {
  /** A table that is sent with the query. */
  readonly table?: QueryTable | undefined;
}

interface Insert {
  readonly sql: string;
  readonly body: readonly Buffer[];
  readonly settings: Settings;
  readonly queryId: string;
  readonly signal: AbortSignal;
  readonly onSilence?: ((silent: SilentInsert) => void) | undefined;
}

export interface RequestLimits {
  /** How long an insert may go without the server taking a byte of its body. */
  readonly insertIdleMs: number;
  readonly insertDeadlineMs: number;
  /** How long an insert that was sent may go without an answer before that is reported. */
  readonly insertSilenceMs: number;
  readonly queryDeadlineMs: number;
}

/** ClickHouse over HTTP. Every failure is an `InsertFailed`, and quotes no row. */
export interface Server {
  /** The database of tables that are named without one. */
  readonly database: string;
  /** Number of requests that the network lost, plus changes of the host. Once it grows, another server may be answering. */
  outages(): number;
  /** The rows of a small answer. */
  rows<Row>(query: Query): Promise<readonly Row[]>;
  /** Streams the answer to `reader`. */
  read<T>(query: Query, reader: (bytes: AsyncIterable<Buffer>) => Promise<T>): Promise<T>;
  command(query: Query): Promise<void>;
  /** Resolves with the number of rows that the server reports as written; null if it does not report any. */
  insert(insert: Insert): Promise<number | null>;
  /** The host in use, for requests that must all go to the same host. Fails if no host answers. */
  pick(): Promise<Server>;
  /** All hosts, whether they answer or not. */
  hosts(): readonly HostServer[];
  close(): Promise<void>;
}

export interface HostServer extends Server {
  readonly address: string;
  /** Null if the host answers, or has answered just now; otherwise the reason why it does not. */
  whyNot(): Promise<string | null>;
}

export interface ServerOptions extends ClickHouseOptions {
  /** Called with a message when another host is used, and why. */
  readonly onHost?: HostNews;
}

/**
 * A temporary table that is sent with a query ("external data for query processing"). Unlike literals in the statement, its rows
 * don't appear in any log of the server.
 */
interface QueryTable {
  /** A plain identifier. */
  readonly name: string;
  readonly rows: number;
  /** Names are plain identifiers. */
  readonly columns: readonly NativeColumn[];
}

const DEFAULT_LIMITS: RequestLimits = {
  insertIdleMs: INSERT_IDLE_MS,
  insertDeadlineMs: INSERT_DEADLINE_MS,
  insertSilenceMs: INSERT_SILENCE_MS,
  queryDeadlineMs: QUERY_DEADLINE_MS,
};

export function createServer(options: ServerOptions, limits = DEFAULT_LIMITS): Server {
  const { urls, database } = options;
  const isOneOfMany = urls.length > 1;
  const each = urls.map((address) => createHost(options, address, { isOneOfMany }));
  const servers: readonly HostServer[] = each.map((host) =>
    serverAt(host, { database, limits, hosts: () => servers }),
  );
  const [only] = servers;
  if (only === undefined) throw new Error('No address of ClickHouse is given');
  if (!isOneOfMany) return only;
  const choice = createHostChoice(each, options.onHost ?? (() => undefined));
  const pick = async () => servers[each.indexOf(await choice.pick())] ?? only;
  return {
    database,
    hosts: () => servers,
    pick,
    outages: () => servers.reduce((sum, host) => sum + host.outages(), choice.changes()),
    rows: async (query) => (await pick()).rows(query),
    read: async (query, reader) => (await pick()).read(query, reader),
    command: async (query) => (await pick()).command(query),
    insert: async (insert) => (await pick()).insert(insert),
    async close() {
      await Promise.all(each.map((host) => host.close()));
    },
  };
}

function serverAt(
  host: Host,
  {
    database,
    limits,
    hosts,
  }: {
    readonly database: string;
    readonly limits: RequestLimits;
    readonly hosts: Server['hosts'];
  },
): HostServer {
  const ask = ({ table, ...query }: Query): Request => {
    const request = { ...query, deadlineMs: limits.queryDeadlineMs };
    if (table === undefined) return request;
    const { settings, body } = withTable(table);
    return {
      ...request,
      settings: { ...query.settings, ...settings },
      body: { ...body, idleMs: limits.insertIdleMs },
    };
  };
  const server: HostServer = {
    database,
    hosts,
    address: host.address,
    pick: () => Promise.resolve(server),
    whyNot: () => (host.isFresh() ? Promise.resolve(null) : host.probe()),
    outages: () => host.outages(),
    async rows<Row>(query: Query) {
      const sql = `${query.sql} FORMAT JSONEachRow`;
      const text = await host.send(ask({ ...query, sql }), ({ bytes }) => readText(bytes));
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row);
    },
    read: (query, reader) => host.send(ask(query), ({ bytes }) => reader(bytes)),
    async command(query) {
      await host.send(ask(query), ({ bytes }) => readText(bytes));
    },
    insert({ body, onSilence, ...insert }) {
      const silence = onSilence && { afterMs: limits.insertSilenceMs, tell: onSilence };
      const request = {
        ...insert,
        body: { parts: body, idleMs: limits.insertIdleMs, ...(silence && { silence }) },
        deadlineMs: limits.insertDeadlineMs,
      };
      return host.send(request, async ({ bytes, writtenRows }) => {
        await readText(bytes);
        return writtenRows;
      });
    },
    close: () => host.close(),
  };
  return server;
}

async function readText(bytes: AsyncIterable<Buffer>): Promise<string> {
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of bytes) chunks.push(decoder.decode(chunk, { stream: true }));
  return chunks.join('') + decoder.decode();
}

/** How a query with a table is sent over HTTP: the table as a file in a form, its structure in the URL. */
export function withTable({ name, rows, columns }: QueryTable): {
  readonly settings: Settings;
  readonly body: Pick<RequestBody, 'parts' | 'contentType'>;
} {
  const boundary = `millrace-${randomUUID()}`;
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  return {
    settings: {
      [`${name}_format`]: 'Native',
      [`${name}_structure`]: columns.map((column) => `${column.name} ${column.type}`).join(', '),
    },
    body: {
      parts: [
        Buffer.from(head),
        ...nativeBlock(rows, columns),
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ],
      contentType: `multipart/form-data; boundary=${boundary}`,
    },
  };
}
