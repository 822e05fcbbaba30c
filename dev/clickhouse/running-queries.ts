import { MARK_SETTING, literal } from './session-settings.js';
import {
  QUERY_WAS_CANCELLED,
  QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING,
  ServerError,
} from './server-error.js';

/** A request, from the arrival of its head until the engine has finished it. */
export interface RunningQuery {
  /** Identifies the request to the engine. */
  readonly mark: string;
  readonly queryId: string;
  readonly user: string;
  readonly userAgent: string;
  /** Empty while the statement is still on its way. */
  sql: string;
  isKilled: boolean;
}

export interface RunningQueries {
  /** Throws if a query with this id is already running. */
  enter(query: Pick<RunningQuery, 'queryId' | 'user' | 'userAgent'>): RunningQuery;
  leave(query: RunningQuery): void;
  find(queryId: string): RunningQuery | undefined;
  /** Creates the temporary table `RUNNING_QUERIES`, with what `system.processes` would show. */
  snapshotStatement(): string;
}

/** Replaces `system.processes` in the session of a statement that reads it. */
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

/** The engine knows memory, rows and threads of running queries. The front knows their ids and texts, and the waiting queries. */
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
