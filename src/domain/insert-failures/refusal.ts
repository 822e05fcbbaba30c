import type { InsertAction } from './clickhouse-codes.js';
import { onInsertError } from './decide.js';
import type { InsertError, InsertFailed } from './insert-error.js';

/** A failed insert and its consequence, for histories and dashboards. */
export interface Refusal {
  /**
   * ClickHouse's error code. `http-413` and the like for an answer of a proxy. `network`, `timeout` or `aborted` without an
   * answer.
   */
  readonly code: string;
  readonly action: InsertAction;
}

export function refusalOf({ error, after, action }: InsertFailed): Refusal {
  return { code: refusalCode(error), action: action ?? onInsertError(error, { after }) };
}

export function refusalCode({ code, httpStatus, kind }: InsertError): string {
  if (code !== null) return String(code);
  return httpStatus === null ? kind : `http-${httpStatus}`;
}
