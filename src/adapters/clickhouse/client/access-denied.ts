import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';

const ACCESS_DENIED = 497;

/** Whether ClickHouse refused a statement because the user lacks a grant. */
export function isAccessDenied(error: unknown): boolean {
  return error instanceof InsertFailed && error.error.code === ACCESS_DENIED;
}
