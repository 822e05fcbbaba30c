import type { EngineSession, QueryResult } from './engine.js';
import { RUNNING_QUERIES, type RunningQueries } from './running-queries.js';
import { literal, MARK_SETTING } from './session-settings.js';
import type { KillQuery } from './statement.js';

/**
 * KILL QUERY by the ids and texts of clients, which the engine does not know. The snapshot in this session finds the queries, and
 * their marks identify them to the engine. A query that still waits for its body or a slot is refused when its turn comes.
 */
export async function killQueries(
  session: EngineSession,
  wanted: {
    readonly running: RunningQueries;
    readonly kill: KillQuery;
    readonly format: string;
  },
): Promise<QueryResult> {
  const { running, kill, format } = wanted;
  const found = await session.query(
    `SELECT query_id FROM ${RUNNING_QUERIES} WHERE ${kill.condition}`,
    'JSONCompactEachRow',
  );
  const ids = Buffer.from(found.bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as [string])[0]);
  if (kill.mode !== 'TEST') {
    const targets = ids.map((id) => running.find(id)).filter((query) => query !== undefined);
    for (const target of targets) target.isKilled = true;
    if (targets.length > 0) {
      const marks = list(targets.map(({ mark }) => mark));
      await session.query(
        `KILL QUERY WHERE Settings['${MARK_SETTING}'] IN (${marks}) ${kill.mode}`,
        format,
      );
    }
  }
  const shown = ids.length === 0 ? 'false' : `query_id IN (${list(ids)})`;
  return session.query(
    `SELECT 'waiting' AS kill_status, query_id, user, query FROM ${RUNNING_QUERIES} WHERE ${shown}`,
    format,
  );
}

/** At least one value: SQL allows no empty list, and an empty text in it would match every query that has no mark yet. */
function list(values: readonly string[]): string {
  return values.map(literal).join(', ');
}
