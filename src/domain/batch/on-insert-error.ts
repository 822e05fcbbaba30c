import type { AfterRefusal, InsertError } from './insert-error.js';

/**
 * - `retry`, `slow-down`, `operator`: the same block under the same token again; soon, later, or once a person has acted.
 * - `shrink`, `split`, `refresh`, `bisect`: a new cut, made by the workflow: fewer rows and bytes, fewer table
 *   partitions, other columns, or half as many rows until the rows at fault stand alone.
 */
export type InsertAction =
  'retry' | 'slow-down' | 'operator' | 'shrink' | 'split' | 'refresh' | 'bisect';

/** Actions that cut the same records otherwise. */
export type CutAction = Extract<InsertAction, 'shrink' | 'split' | 'refresh' | 'bisect'>;

const CUTS: readonly InsertAction[] = [
  'shrink',
  'split',
  'refresh',
  'bisect',
] satisfies CutAction[];

/** By ClickHouse's number; every other one is tried again, and shows. */
const ACTIONS: ReadonlyMap<number, InsertAction> = new Map(
  Object.entries({
    // Passes by itself: 159 TIMEOUT_EXCEEDED, 164 READONLY, 202 TOO_MANY_SIMULTANEOUS_QUERIES, 203 NO_FREE_CONNECTION,
    // 209 SOCKET_TIMEOUT, 210 NETWORK_ERROR, 285 TOO_FEW_LIVE_REPLICAS, 319 UNKNOWN_STATUS_OF_INSERT,
    // 425 SYSTEM_ERROR, 999 KEEPER_EXCEPTION.
    retry: [159, 164, 202, 203, 209, 210, 285, 319, 425, 999],
    // 242 TABLE_IS_READ_ONLY, 243 NOT_ENOUGH_SPACE, 252 TOO_MANY_PARTS while merges are behind.
    'slow-down': [242, 243, 252],
    // 241 MEMORY_LIMIT_EXCEEDED.
    shrink: [241],
    // 16 NO_SUCH_COLUMN_IN_TABLE, 33 CANNOT_READ_ALL_DATA, 131 TOO_LARGE_STRING_SIZE, 517 CANNOT_ASSIGN_ALTER.
    refresh: [16, 33, 131, 517],
    // A row that the table can't take: 6 CANNOT_PARSE_TEXT, 27 CANNOT_PARSE_INPUT_ASSERTION_FAILED, 38 CANNOT_PARSE_DATE,
    // 41 CANNOT_PARSE_DATETIME, 53 TYPE_MISMATCH, 72 CANNOT_PARSE_NUMBER, 117 INCORRECT_DATA,
    // 349 CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN, 469 VIOLATED_CONSTRAINT.
    bisect: [6, 27, 38, 41, 53, 72, 117, 349, 469],
    // 60 UNKNOWN_TABLE, 81 UNKNOWN_DATABASE, 192 UNKNOWN_USER, 193 WRONG_PASSWORD, 194 REQUIRED_PASSWORD,
    // 497 ACCESS_DENIED, 516 AUTHENTICATION_FAILED, 774 TABLE_IS_PERMANENTLY_READ_ONLY.
    operator: [60, 81, 192, 193, 194, 497, 516, 774],
  } satisfies Partial<Record<InsertAction, number[]>>).flatMap(([action, codes]) =>
    codes.map((code) => [code, action as InsertAction] as const),
  ),
);

/**
 * What to do about a failed insert. Cutting otherwise changes tokens, so it is only for rows of which nothing was
 * committed, or whose table alone holds them: behind a view it would double rows or leave the view without them.
 */
export function onInsertError(error: InsertError, after: AfterRefusal | null = null): InsertAction {
  const action = byCode(error);
  // A view throws what it likes: whatever it is, somebody has to see to the view.
  if (action === null) return error.view === null ? 'retry' : 'operator';
  if (!isCut(action) || after === null) return action;
  if (after.views.length > 0) return behindView(action, error, after) ? whole(error) : action;
  // The server refused a row, and yet rows of this send are there: only looking again can tell why.
  return action === 'bisect' && isCommitted(after) ? 'retry' : action;
}

/** The decision needs a look first: what was committed of the block, and which views are behind its table. */
export function isCut(action: InsertAction): action is CutAction {
  return CUTS.includes(action);
}

/** Null where nothing is known about the number. */
function byCode(error: InsertError): InsertAction | null {
  switch (error.kind) {
    case 'network':
    case 'aborted':
      return 'retry';
    case 'timeout':
      return 'shrink';
    case 'server':
      if (error.code === 252 && error.tooManyTablePartitions) return 'split';
      return ACTIONS.get(error.code ?? -1) ?? null;
  }
}

/** A view is tried after the table has committed: what is refused then is not the table's to mend. */
function behindView(action: InsertAction, error: InsertError, after: AfterRefusal): boolean {
  if (error.constraintOf === after.table) return false;
  if (isCommitted(after) || (error.view !== null && after.views.includes(error.view))) return true;
  return after.committed === 'unknown' && action === 'bisect';
}

function isCommitted({ committed }: AfterRefusal): boolean {
  return committed === 'some' || committed === 'all';
}

function whole(error: InsertError): InsertAction {
  return error.kind === 'server' ? 'operator' : 'retry';
}
