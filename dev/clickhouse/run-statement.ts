import type { Engine, EngineSession, InsertResult, QueryResult } from './engine.js';
import type { Incoming } from './intake.js';
import { createExternalTables } from './external-tables.js';
import { killQueries } from './kill-query.js';
import type { RequestHead } from './request.js';
import { type RunningQueries, type RunningQuery, throwIfKilled } from './running-queries.js';
import { ServerError, SYNTAX_ERROR } from './server-error.js';
import { literal, sessionStatements } from './session-settings.js';
import type { Slots } from './slots.js';
import { parseStatement } from './statement.js';

export type Outcome =
  | { readonly kind: 'insert'; readonly result: InsertResult }
  | { readonly kind: 'query'; readonly result: QueryResult; readonly format: string };

export interface Surroundings {
  readonly engine: Engine;
  readonly slots: Slots;
  readonly running: RunningQueries;
}

/** A request that is in the list of running queries. */
export interface Work {
  readonly head: RequestHead;
  readonly query: RunningQuery;
}

const DEFAULT_FORMAT = 'TabSeparated';

/** Runs a complete request in its own session, and then removes its file. */
export async function runStatement(
  { engine, slots, running }: Surroundings,
  work: Work,
  incoming: Incoming,
): Promise<Outcome> {
  try {
    return await slots.run(incoming.kind === 'query' ? 'query' : 'insert', async () => {
      throwIfKilled(work.query);
      const session = engine.open();
      try {
        return incoming.kind === 'insert-data'
          ? await insertData(session, work, incoming)
          : await runText(session, { ...work, running }, incoming);
      } finally {
        session.close();
      }
    });
  } finally {
    if (incoming.kind === 'insert-data') incoming.file.release();
    if (incoming.kind === 'query') for (const { file } of incoming.tables ?? []) file.release();
  }
}

async function insertData(
  session: EngineSession,
  work: Work,
  { head, file }: Extract<Incoming, { kind: 'insert-data' }>,
): Promise<Outcome> {
  await prepare(session, work);
  const [target, settings] = [utf8(head.target), utf8(head.settings)];
  const sql = `${target} FROM INFILE ${literal(file.path)} ${settings} FORMAT ${head.format}`;
  return { kind: 'insert', result: await session.insert(sql) };
}

async function runText(
  session: EngineSession,
  { running, ...work }: Work & { readonly running: RunningQueries },
  incoming: Exclude<Incoming, { kind: 'insert-data' }>,
): Promise<Outcome> {
  if (incoming.sql === '') throw new ServerError(SYNTAX_ERROR, EMPTY_QUERY);
  const { sql, kill, ...statement } = parseStatement(incoming.sql);
  const format = statement.format ?? (work.head.defaultFormat || DEFAULT_FORMAT);
  if (statement.readsRunningQueries || kill) {
    await session.query(running.snapshotStatement(), DEFAULT_FORMAT);
  }
  if (incoming.kind === 'query') {
    await createExternalTables(session, incoming.tables ?? [], work.head.settings);
  }
  await prepare(session, work);
  if (kill) {
    return { kind: 'query', format, result: await killQueries(session, { running, kill, format }) };
  }
  if (incoming.kind === 'insert') return { kind: 'insert', result: await session.insert(sql) };
  return { kind: 'query', format, result: await session.query(sql, format) };
}

async function prepare(session: EngineSession, { head, query }: Work): Promise<void> {
  for (const sql of sessionStatements(head, query.mark)) await session.query(sql, DEFAULT_FORMAT);
  throwIfKilled(query);
}

const EMPTY_QUERY =
  'Syntax error: failed at position 1 (end of query): Empty query. (SYNTAX_ERROR)';

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
