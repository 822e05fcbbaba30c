import type { Buffer } from 'node:buffer';
import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import {
  INSERT_DEADLINE_MS,
  INSERT_IDLE_MS,
  INSERT_SILENCE_MS,
  QUERY_DEADLINE_MS,
} from '../../../domain/limits.js';
import type { SilentInsert } from '../../../domain/pipeline/silent-insert.js';
import { type ClickHouseOptions, createDriver } from './client.js';
import { createErrorNames } from './error-names.js';
import { type Answer, exchange, type Request, type Settings } from './exchange.js';

export type { Settings } from './exchange.js';

export type Query = Pick<Request, 'sql' | 'parameters' | 'settings' | 'signal'>;

export interface Insert {
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

/** One ClickHouse server over HTTP. What fails here fails as `InsertFailed`, without a word of any row. */
export interface Server {
  /** Where tables are that are named without a database. */
  readonly database: string;
  /** Counts the requests that the network lost: behind the address may be another server since. */
  outages(): number;
  /** The rows of a small answer. */
  rows<Row>(query: Query): Promise<readonly Row[]>;
  /** Has an answer read as it comes. */
  read<T>(query: Query, reader: (bytes: AsyncIterable<Buffer>) => Promise<T>): Promise<T>;
  command(query: Query): Promise<void>;
  /** Resolves with the rows that the server says it wrote; null where it doesn't say. */
  insert(insert: Insert): Promise<number | null>;
  close(): Promise<void>;
}

const DEFAULT_LIMITS: RequestLimits = {
  insertIdleMs: INSERT_IDLE_MS,
  insertDeadlineMs: INSERT_DEADLINE_MS,
  insertSilenceMs: INSERT_SILENCE_MS,
  queryDeadlineMs: QUERY_DEADLINE_MS,
};

export function createServer(options: ClickHouseOptions, limits = DEFAULT_LIMITS): Server {
  const driver = createDriver(options);
  const address = options.url;
  let outages = 0;
  let hasAnswered = false;
  const isKnown = () => hasAnswered;
  const nameOf = createErrorNames({ driver, address, isKnown });
  const send = async <T>(request: Request, read: (answer: Answer) => Promise<T>): Promise<T> => {
    try {
      const answer = await exchange({ driver, address, nameOf, isKnown }, request, read);
      hasAnswered = true;
      return answer;
    } catch (error) {
      if (!(error instanceof InsertFailed)) throw error;
      if (error.error.kind === 'network') outages += 1;
      if (error.error.code !== null) hasAnswered = true;
      throw error;
    }
  };
  const ask = (query: Query) => ({ ...query, deadlineMs: limits.queryDeadlineMs });
  return {
    database: options.database,
    outages: () => outages,
    async rows<Row>(query: Query) {
      const sql = `${query.sql} FORMAT JSONEachRow`;
      const text = await send(ask({ ...query, sql }), ({ bytes }) => readText(bytes));
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row);
    },
    read: (query, reader) => send(ask(query), ({ bytes }) => reader(bytes)),
    async command(query) {
      await send(ask(query), ({ bytes }) => readText(bytes));
    },
    insert({ body, onSilence, ...insert }) {
      const silence = onSilence && { afterMs: limits.insertSilenceMs, tell: onSilence };
      const request = {
        ...insert,
        body: { parts: body, idleMs: limits.insertIdleMs, ...(silence && { silence }) },
        deadlineMs: limits.insertDeadlineMs,
      };
      return send(request, async ({ bytes, writtenRows }) => {
        await readText(bytes);
        return writtenRows;
      });
    },
    close: () => driver.close(),
  };
}

async function readText(bytes: AsyncIterable<Buffer>): Promise<string> {
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of bytes) chunks.push(decoder.decode(chunk, { stream: true }));
  return chunks.join('') + decoder.decode();
}
