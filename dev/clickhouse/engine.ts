import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ServerError, toServerError } from './server-error.js';

export interface Engine {
  readonly version: string;
  readonly timezone: string;
  /** Opens a separate session, which shares only the data with others. Opening one takes 0.3 ms. */
  open(): EngineSession;
  /** Asks every running query to end. */
  killAll(): Promise<void>;
  /** Call it only after all sessions are closed: closing one in use aborts the process. */
  close(): void;
}

/** Runs one statement at a time. */
export interface EngineSession {
  query(sql: string, format: string): Promise<QueryResult>;
  /** Runs an INSERT that takes its rows from a file or a SELECT. */
  insert(sql: string): Promise<InsertResult>;
  close(): void;
}

export interface QueryResult {
  readonly bytes: Uint8Array;
  readonly elapsedSeconds: number;
  /** Counts of the result, not of the data that was read for it. */
  readonly rows: number;
  readonly resultBytes: number;
}

/** As on a server, rows and bytes include those that views write, and those that are dropped as duplicates. */
export interface InsertResult {
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly elapsedSeconds: number;
}

/**
 * The native part of chdb 3.4.0, used directly. Only its raw insert reports what was written, but the package's wrapper of it
 * takes only text formats. The wrapper also runs just one query with parameters at a time in the whole process.
 */
interface Addon {
  CreateConnection(path: string): object;
  CloseConnection(connection: object): void;
  QueryWithConnection(connection: object, sql: string, format: string): string;
  QueryAsyncConnection(
    connection: object,
    sql: string,
    format: string,
  ): Promise<{ bytes: Uint8Array; elapsed: number; rowsRead: number; bytesRead: number }>;
  InsertRawAsyncConnection(
    connection: object,
    sql: string,
    data: Buffer,
    countLines: false,
  ): Promise<{ rowsWritten: number; bytesWritten: number; elapsed: number }>;
}

const NO_INLINE_DATA = Buffer.alloc(0);

/** Opens the data directory. A process can have only one open. */
export function createEngine(directory: string, packages: string | null): Engine {
  mkdirSync(directory, { recursive: true });
  const addon = loadAddon(packages);
  // Lives as long as the process: the engine shuts down with its last connection.
  const anchor = addon.CreateConnection(directory);
  const ask = (sql: string) => addon.QueryWithConnection(anchor, sql, 'TabSeparated').trim();
  makeDefaultDatabaseAtomic(directory, ask);
  return {
    version: ask('SELECT version()'),
    timezone: ask('SELECT timezone()'),
    open: () => openSession(addon, directory),
    async killAll() {
      await addon.QueryAsyncConnection(anchor, 'KILL QUERY WHERE 1 ASYNC', 'TabSeparated');
    },
    close: () => {
      addon.CloseConnection(anchor);
    },
  };
}

function openSession(addon: Addon, directory: string): EngineSession {
  const connection = addon.CreateConnection(directory);
  return {
    async query(sql, format) {
      const result = await addon
        .QueryAsyncConnection(connection, sql, format)
        .catch(rethrowAsServerError);
      const { bytes, elapsed, rowsRead, bytesRead } = result;
      return { bytes, elapsedSeconds: elapsed, rows: rowsRead, resultBytes: bytesRead };
    },
    async insert(sql) {
      const { rowsWritten, bytesWritten, elapsed } = await addon
        .InsertRawAsyncConnection(connection, sql, NO_INLINE_DATA, false)
        .catch(rethrowAsServerError);
      return { writtenRows: rowsWritten, writtenBytes: bytesWritten, elapsedSeconds: elapsed };
    },
    close: () => {
      addon.CloseConnection(connection);
    },
  };
}

/**
 * A server's `default` database is Atomic: its tables have UUIDs and can be exchanged. The embedded engine puts an overlay over
 * it instead, whose tables show none. A database that was created once stays Atomic under the overlay.
 */
function makeDefaultDatabaseAtomic(directory: string, ask: (sql: string) => string): void {
  ask('USE system');
  // If there is no table yet, there is no folder: nothing to detach and nothing to lose.
  if (existsSync(join(directory, 'metadata', 'default'))) {
    ask('DETACH DATABASE default');
    ask('ATTACH DATABASE default');
    return;
  }
  if (ask("SELECT count() FROM system.tables WHERE database = 'default'") !== '0') {
    throw new Error(`${directory} holds tables of another program: give an empty directory`);
  }
  ask('DROP DATABASE default');
  ask('CREATE DATABASE default ENGINE = Atomic');
}

function loadAddon(packages: string | null): Addon {
  const from = packages === null ? import.meta.url : join(packages, 'package.json');
  const chdb = createRequire(createRequire(from).resolve('chdb'));
  const { loadNative } = chdb('./dist/loader.js') as { loadNative: () => Addon };
  return loadNative();
}

function rethrowAsServerError(error: unknown): never {
  throw error instanceof ServerError ? error : toServerError(error);
}
