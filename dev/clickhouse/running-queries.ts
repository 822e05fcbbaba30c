import { MARK_SETTING, literal } from './session-settings.js';
import {
  QUERY_WAS_CANCELLED,
  QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING,
  ServerError,
} from './server-error.js';

/** A request, from the moment its head is there until the engine is done with it. */
export interface RunningQuery {
  /** What the engine knows it by. */
  readonly mark: string;
  readonly queryId: string;
  readonly user: string;
  readonly userAgent: string;
  /** Empty while the statement is still on its way. */
  sql: string;
  isKilled: boolean;
}

export interface RunningQueries {
  /** Throws where a query of this id runs already. */
  enter(query: Pick<RunningQuery, 'queryId' | 'user' | 'userAgent'>): RunningQuery;
  leave(query: RunningQuery): void;
  find(queryId: string): RunningQuery | undefined;
  /** Makes the temporary table `RUNNING_QUERIES`: what `system.processes` would show. */
  snapshotStatement(): string;
}

/** Stands in for `system.processes` in the session of a statement that reads it. */
export const RUNNING_QUERIES = 'front_running_queries';

/** Like the server's own `log_queries_cut_to_length`, in characters. */
const MAX_SHOWN_CHARACTERS = 100_000;

const COLUMNS =
  'mark String, query_id String, user String, http_user_agent String, elapsed Float64, query String';

export function createRunningQueries(): RunningQueries {
  const running = new Map<string, RunningQuery & { readonly sinceMs: number }>();
  let entered = 0;
  return {
    enter(query) {
      const { queryId } = query;
      if (running.has(queryId)) {
        throw new ServerError(
          QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING,
          `Query with id = ${queryId} is already running. (QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING)`,
        );
      }
      entered += 1;
      const mark = `request ${entered}`;
      const entry = { ...query, mark, sql: '', isKilled: false, sinceMs: performance.now() };
      running.set(queryId, entry);
      return entry;
    },
    leave(query) {
      running.delete(query.queryId);
    },
    find: (queryId) => running.get(queryId),
    snapshotStatement() {
      const rows = [...running.values()].map((query) =>
        JSON.stringify({
          mark: query.mark,
          query_id: query.queryId,
          user: query.user,
          http_user_agent: query.userAgent,
          elapsed: (performance.now() - query.sinceMs) / 1000,
          query: query.sql.slice(0, MAX_SHOWN_CHARACTERS),
        }),
      );
      return snapshotOf(literal(rows.join('\n')));
    },
  };
}

export function throwIfKilled({ isKilled }: RunningQuery): void {
  if (isKilled) {
    throw new ServerError(QUERY_WAS_CANCELLED, 'Query was cancelled. (QUERY_WAS_CANCELLED)');
  }
}

/** The engine knows memory, rows and threads of what it runs; ids, texts and what still waits are the front's. */
function snapshotOf(rows: string): string {
  return `
    CREATE TEMPORARY TABLE ${RUNNING_QUERIES} ENGINE = Memory AS
    SELECT engine.* REPLACE (
      1 AS is_initial_query,
      2 AS interface,
      front.query_id AS query_id,
      front.query_id AS initial_query_id,
      front.user AS user,
      front.user AS initial_user,
      front.http_user_agent AS http_user_agent,
      front.elapsed AS elapsed,
      front.query AS query)
    FROM format(JSONEachRow, '${COLUMNS}', ${rows}) AS front
    LEFT JOIN system.processes AS engine ON engine.Settings['${MARK_SETTING}'] = front.mark`;
}
