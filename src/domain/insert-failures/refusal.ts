import type { InsertAction } from './clickhouse-codes.js';
import { onInsertError } from './decide.js';
import type { InsertError, InsertFailed } from './insert-error.js';

/** An insert that failed, and what follows from it: for histories and dashboards. */
export interface Refusal {
  /** ClickHouse's number of the error; `http-413` and its like of a proxy; `network`, `timeout` or `aborted` without an answer. */
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
