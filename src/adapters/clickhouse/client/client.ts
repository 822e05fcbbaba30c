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

export interface Query extends Pick<Request, 'sql' | 'parameters' | 'settings' | 'signal'> {
  /** What the query reads beside the tables of the server. */
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
  /** How long an insert that was sent may stay without an answer before that is told. */
  readonly insertSilenceMs: number;
  readonly queryDeadlineMs: number;
}

/** ClickHouse over HTTP. What fails here fails as `InsertFailed`, without a word of any row. */
export interface Server {
  /** Where tables are that are named without a database. */
  readonly database: string;
  /** Counts the requests that the network lost, and changes of the host: another server may answer since. */
  outages(): number;
  /** The rows of a small answer. */
  rows<Row>(query: Query): Promise<readonly Row[]>;
  /** Has an answer read as it comes. */
  read<T>(query: Query, reader: (bytes: AsyncIterable<Buffer>) => Promise<T>): Promise<T>;
  command(query: Query): Promise<void>;
  /** Resolves with the rows that the server says it wrote; null where it doesn't say. */
  insert(insert: Insert): Promise<number | null>;
  /** The host in use, for questions whose answers must be of one host. Fails where no host answers. */
  pick(): Promise<Server>;
  /** Each host by itself, whether it answers or not. */
  hosts(): readonly HostServer[];
  close(): Promise<void>;
}

export interface HostServer extends Server {
  readonly address: string;
  /** Null where it answers, or has done so just now; otherwise why it does not. */
  whyNot(): Promise<string | null>;
}

export interface ServerOptions extends ClickHouseOptions {
  /** Hears which of several hosts is used, and why not another. */
  readonly onHost?: HostNews;
}

/**
 * A table that a query brings with it and that is gone afterwards ("external data for query processing"). Unlike a literal
 * in the statement, its rows stand in no log of the server.
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
  if (only === undefined) throw new Error('ClickHouse needs an address');
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

/** How a query with a table is sent over HTTP: the table as a file of a form, its structure in the address. */
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
