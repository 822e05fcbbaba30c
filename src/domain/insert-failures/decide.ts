import { REPEATS_BEFORE_BLAME } from '../limits.js';
import { CLICKHOUSE_CODES, type InsertAction } from './clickhouse-codes.js';
import type { AfterRefusal, InsertError } from './insert-error.js';

/** Actions that split the same records otherwise. */
export type CutAction = Extract<InsertAction, 'shrink' | 'split' | 'refresh' | 'bisect'>;

const CUTS: readonly InsertAction[] = [
  'shrink',
  'split',
  'refresh',
  'bisect',
] satisfies CutAction[];

/** nginx answers so to a body above `client_max_body_size`. */
const BODY_TOO_LARGE = 413;

/** What proxies answer when a server behind them, or a client before them, takes too long or hangs up. */
const GATEWAY_FAILURES: readonly number[] = [408, 499, 502, 503, 504, 520, 521, 522, 523, 524];

/** What is known beside the failure itself. */
export interface Circumstances {
  /** What reconciling found; null before anybody did. */
  readonly after: AfterRefusal | null;
  /** Attempts of the batch in a row that ended with this failure, this one included. */
  readonly repeats: number;
  /** A whole body of an earlier attempt may still be on its way to ClickHouse. */
  readonly mayArriveLate: boolean;
  /** The table has the columns that were sent. */
  readonly areColumnsSame: boolean;
  /** A person decided that the rows which the table refuses become dead letters. */
  readonly isAccepted: boolean;
}

const AT_FIRST: Circumstances = {
  after: null,
  repeats: 1,
  mayArriveLate: true,
  areColumnsSame: false,
  isAccepted: false,
};

/**
 * What to do about a failed insert. Another split means other tokens, so it is only for rows of which nothing was
 * committed, or whose table alone holds them: behind a view it would duplicate rows or leave the view without them.
 */
export function onInsertError(
  error: InsertError,
  known: Partial<Circumstances> = {},
): InsertAction {
  const circumstances = { ...AT_FIRST, ...known };
  const { after, isAccepted } = circumstances;
  const action = withoutLooking(error, circumstances);
  if (!isCut(action) || after === null) return action;
  if (after.views.length > 0) return behindView(action, error, after) ? whole(error) : action;
  if (action !== 'bisect') return action;
  // The server refused a row, and yet rows of this send are there: only reconciling again can tell why.
  if (isCommitted(after)) return 'retry';
  // Of a number that is not known to be about values, nobody can say that nothing came before it.
  const isUnseen = after.committed === 'unknown' && !isAccepted && !isAboutValues(error);
  return isUnseen ? 'operator' : action;
}

/** The decision needs reconciling first: what was committed of the block, and which views are behind its table. */
export function isCut(action: InsertAction): action is CutAction {
  return CUTS.includes(action);
}

/** The number is known to be raised by values of rows, so that one refusal is proof enough. */
export function isAboutValues({ kind, code }: InsertError): boolean {
  return kind === 'server' && CLICKHOUSE_CODES.get(code ?? -1)?.action === 'bisect';
}

/** The table, or something in front of it, refuses these records; waiting is not known to help. */
export function isRefusal(error: InsertError): boolean {
  if (error.kind !== 'server') return false;
  return error.httpStatus === BODY_TOO_LARGE || isAboutValues(error) || isUnknown(error);
}

function withoutLooking(error: InsertError, known: Circumstances): InsertAction {
  switch (error.kind) {
    case 'aborted':
      return 'retry';
    case 'timeout':
      return 'shrink';
    case 'network':
      return error.sent === 'part' && !known.mayArriveLate && isRepeated(known)
        ? 'shrink'
        : 'retry';
    case 'server':
      if (error.httpStatus !== null) return byProxy(error.httpStatus, known);
      if (error.code === 252 && error.tooManyTablePartitions) return 'split';
      return byCode(error, known);
  }
}

/** A proxy that refuses a body refuses it always; one that fails may do so for any reason, until it repeats itself. */
function byProxy(httpStatus: number, known: Circumstances): InsertAction {
  if (httpStatus === BODY_TOO_LARGE) return 'shrink';
  return GATEWAY_FAILURES.includes(httpStatus) && isRepeated(known) ? 'shrink' : 'retry';
}

function byCode(error: InsertError, known: Circumstances): InsertAction {
  const { action, isAlsoByValue } = CLICKHOUSE_CODES.get(error.code ?? -1) ?? {};
  const isUndecided = action === undefined || (isAlsoByValue === true && known.areColumnsSame);
  if (!isUndecided) return action;
  // A view throws what it likes: somebody has to see to it.
  if (error.view !== null) return 'operator';
  if (error.code === null) return 'retry';
  return isRepeated(known) || known.isAccepted ? 'bisect' : 'retry';
}

/** What passes by itself seldom outlasts the pauses between so many attempts. */
function isRepeated({ repeats }: Circumstances): boolean {
  return repeats >= REPEATS_BEFORE_BLAME;
}

function isUnknown({ code }: InsertError): boolean {
  if (code === null) return false;
  const known = CLICKHOUSE_CODES.get(code);
  return known === undefined || known.isAlsoByValue;
}

/** A view is tried after the table has committed: the table can't change what is refused then. */
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
