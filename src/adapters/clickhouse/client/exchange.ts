import type { ClickHouseClient } from '@clickhouse/client';
import { Buffer } from 'node:buffer';
import { addAbortSignal, Readable } from 'node:stream';
import { type InsertError, InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import type { SilentInsert } from '../../../domain/pipeline/messages.js';
import {
  abortedError,
  codeOf,
  deadlineError,
  foreignError,
  idleError,
  lostError,
  networkError,
  type Sent,
  serverError,
} from './insert-errors.js';

export type Settings = Readonly<Record<string, string | number>>;

export interface Request {
  readonly sql: string;
  /** The statement reads and writes no row, so the server's error text can't quote one and may be shown. */
  readonly isWithoutRows?: true | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly settings?: Settings | undefined;
  readonly queryId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Aborts when the host no longer answers anything. */
  readonly lost?: AbortSignal | undefined;
  readonly deadlineMs: number;
  /** The data of an INSERT or an external table, and how long the server may go without reading any of it. */
  readonly body?: RequestBody | undefined;
}

export interface RequestBody {
  readonly parts: readonly Buffer[];
  /** Left out if the server needs none. */
  readonly contentType?: string | undefined;
  readonly idleMs: number;
  /** Called once if no answer comes within `afterMs` after the last byte. */
  readonly silence?: {
    readonly afterMs: number;
    readonly tell: (silent: SilentInsert) => void;
  };
}

export interface Answer {
  readonly bytes: AsyncIterable<Buffer>;
  /** Number of rows that the server reports as written; null if it does not report any. */
  readonly writtenRows: number | null;
}

/** A body is sent in slices, so that even a slow network shows progress: a slice takes 13 s at 10 kB/s. */
const SLICE_BYTES = 128 * 1_024;

/** The text of an error may quote a row of any size, so only its head and its tail are read. */
const ERROR_HEAD_BYTES = 65_536;
const ERROR_TAIL_BYTES = 4_096;

const FIRST_FAILURE = 400;

/** The host that requests are sent to. */
export interface Peer {
  readonly driver: ClickHouseClient;
  readonly address: string;
  /** The server's name of the error with this number; null if it can't be asked. */
  readonly nameOf: (code: number) => Promise<string | null>;
  /** It has answered before. */
  readonly isKnown: () => boolean;
}

/**
 * Sends one request and reads its whole answer. Every failure of the server or the network becomes an `InsertFailed`, because the
 * driver's own errors quote the server, and the server quotes rows.
 */
export async function exchange<T>(
  peer: Peer,
  request: Request,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const { driver, address, nameOf } = peer;
  const watch = watchOver(request, peer);
  const { sql, parameters, settings, queryId, body } = request;
  try {
    watch.signal.throwIfAborted();
    const answer = await driver.exec({
      query: sql,
      ...(parameters && { query_params: { ...parameters } }),
      ...(queryId !== undefined && { query_id: queryId }),
      // The server holds its answer back until everything is done, so it never reports success too early or in part.
      clickhouse_settings: { ...settings, wait_end_of_query: 1 },
      abort_signal: watch.signal,
      ignore_error_response: true,
      ...(body && {
        values: Readable.from(watch.slices(body.parts), { objectMode: false }),
        http_headers: {
          'Content-Length': String(totalBytes(body.parts)),
          ...(body.contentType !== undefined && { 'Content-Type': body.contentType }),
        },
      }),
    });
    // The driver stops listening to the signal once the headers are there.
    const stream = addAbortSignal(watch.signal, answer.stream);
    const code = header(answer.response_headers['x-clickhouse-exception-code']);
    const status = answer.http_status_code;
    if (code !== undefined || (status ?? FIRST_FAILURE) >= FIRST_FAILURE) {
      const failure = { text: await readErrorText(stream, code, status), code, status, address };
      const number = codeOf(failure);
      const name = number === null ? null : await nameOf(number);
      throw new InsertFailed(serverError(failure, { name, isWithoutRows: request.isWithoutRows }));
    }
    // Another program may answer everything with success, and rows that were sent to it would be lost.
    if (!hasMarkOfClickHouse(answer.response_headers)) {
      throw new InsertFailed(
        foreignError({ text: await readErrorText(stream, code, status), status, address }),
      );
    }
    return await read({ bytes: stream, writtenRows: writtenRows(answer.summary?.written_rows) });
  } catch (error) {
    if (error instanceof InsertFailed) throw error;
    throw new InsertFailed(watch.explain(error));
  } finally {
    watch.stop();
  }
}

/** Enforces the limits of one request, and explains why it ended. */
function watchOver(
  { signal: caller, lost, deadlineMs, body }: Request,
  { address, isKnown }: Peer,
) {
  const deadline = new AbortController();
  const idle = new AbortController();
  const idleMs = body?.idleMs ?? 0;
  const deadlineTimer = setTimeout(() => {
    deadline.abort();
  }, deadlineMs);
  let idleTimer: NodeJS.Timeout | undefined;
  let silenceTimer: NodeJS.Timeout | undefined;
  let sent: Sent = 'nothing';
  return {
    signal: AbortSignal.any([
      deadline.signal,
      idle.signal,
      ...[caller, lost].filter((each) => each !== undefined),
    ]),
    /** When the next slice is requested, the server has taken the ones before it. */
    *slices(parts: readonly Buffer[]): Generator<Buffer> {
      idleTimer = setTimeout(() => {
        idle.abort();
      }, idleMs);
      sent = 'part';
      for (const part of parts) {
        for (let at = 0; at < part.length; at += SLICE_BYTES) {
          idleTimer.refresh();
          yield part.subarray(at, at + SLICE_BYTES);
        }
      }
      clearTimeout(idleTimer);
      sent = 'whole';
      silenceTimer = tellOfSilence(body?.silence, address);
    },
    explain(error: unknown): InsertError {
      if (caller?.aborted) return abortedError(sent);
      if (deadline.signal.aborted) return deadlineError(address, deadlineMs, sent);
      if (idle.signal.aborted) return idleError(address, idleMs);
      if (lost?.aborted) return lostError(address, sent);
      return networkError(error, { address, isKnown: isKnown() }, sent);
    },
    stop() {
      clearTimeout(deadlineTimer);
      clearTimeout(idleTimer);
      clearTimeout(silenceTimer);
    },
  };
}

function tellOfSilence(
  silence: RequestBody['silence'],
  address: string,
): NodeJS.Timeout | undefined {
  if (silence === undefined) return undefined;
  const sinceMs = Date.now();
  return setTimeout(() => {
    silence.tell({ address, sinceMs });
  }, silence.afterMs);
}

function totalBytes(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Every answer of ClickHouse's HTTP interface has such headers, for example `X-ClickHouse-Query-Id`. */
function hasMarkOfClickHouse(headers: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase().startsWith('x-clickhouse-'));
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function writtenRows(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** A proxy that refuses a body may reset the connection right after the headers of its answer. Then the status is enough. */
async function readErrorText(
  stream: AsyncIterable<Buffer>,
  code: string | undefined,
  status: number | undefined,
): Promise<string> {
  try {
    return await readEnds(stream);
  } catch (error) {
    if (code === undefined && status === undefined) throw error;
    return '';
  }
}

async function readEnds(stream: AsyncIterable<Buffer>): Promise<string> {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  for await (const chunk of stream) {
    const room = ERROR_HEAD_BYTES - head.length;
    if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
    if (chunk.length > room) {
      tail = Buffer.concat([tail, chunk.subarray(Math.max(0, room))]).subarray(-ERROR_TAIL_BYTES);
    }
  }
  return Buffer.concat([head, tail]).toString('utf8');
}
