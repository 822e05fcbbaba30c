import type { InsertFailed } from './insert-error.js';
import { type InsertAction, onInsertError } from './on-insert-error.js';

/** An insert that failed, and what follows from it: for histories and dashboards. */
export interface Refusal {
  /** ClickHouse's number of the error; `network`, `timeout` or `aborted` where there was none. */
  readonly code: string;
  readonly action: InsertAction;
}

export function refusalOf({ error, after }: InsertFailed): Refusal {
  const { code, kind } = error;
  return { code: code === null ? kind : String(code), action: onInsertError(error, after) };
}
