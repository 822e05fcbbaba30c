import { REPEATS_BEFORE_BLAME } from '../limits.js';
import { CLICKHOUSE_CODES, type InsertAction } from './clickhouse-codes.js';
import type { AfterRefusal, InsertError } from './insert-error.js';

/** Actions that re-split the same records. */
export type CutAction = Extract<InsertAction, 'shrink' | 'split' | 'refresh' | 'bisect'>;

const CUTS: readonly InsertAction[] = [
  'shrink',
  'split',
  'refresh',
  'bisect',
] satisfies CutAction[];

/** nginx's answer to a body above `client_max_body_size`. */
const BODY_TOO_LARGE = 413;

/** Answers of proxies when a server behind them, or a client in front of them, takes too long or hangs up. */
const GATEWAY_FAILURES: readonly number[] = [408, 499, 502, 503, 504, 520, 521, 522, 523, 524];

/** What is known apart from the error. */
export interface Circumstances {
  /** Result of reconciling. Null before it. */
  readonly after: AfterRefusal | null;
  /** Consecutive attempts of the batch that ended with this failure, including this one. */
  readonly repeats: number;
  /** A complete body of an earlier attempt may still be on its way to ClickHouse. */
  readonly mayArriveLate: boolean;
  /** The table has the columns that were sent. */
  readonly areColumnsSame: boolean;
  /** A person decided that rows which the table refuses become dead letters. */
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
 * Decides what to do about a failed insert. A re-split changes the tokens. So it is only for rows of which nothing was
 * committed, or which only the table holds: behind a view, it would duplicate rows or leave the view without them.
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
  // The server refused a row although rows of this send are in the table. Only reconciling again can show why.
  if (isCommitted(after)) return 'retry';
  // For a code that is not known to be about values, nobody can tell whether rows before it were committed.
  const isUnseen = after.committed === 'unknown' && !isAccepted && !isAboutValues(error);
  return isUnseen ? 'operator' : action;
}

/** Whether the decision requires reconciling first: what was committed of the block, and which views are behind its table. */
export function isCut(action: InsertAction): action is CutAction {
  return CUTS.includes(action);
}

/** Whether the code is known to be raised by values of rows. One refusal then proves that a row is at fault. */
export function isAboutValues({ kind, code }: InsertError): boolean {
  return kind === 'server' && CLICKHOUSE_CODES.get(code ?? -1)?.action === 'bisect';
}

/** Whether the table, or something in front of it, refuses these records, and waiting is not known to help. */
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

/** A proxy that refuses a body will always refuse it. One that fails may do so for any reason, until it fails repeatedly. */
function byProxy(httpStatus: number, known: Circumstances): InsertAction {
  if (httpStatus === BODY_TOO_LARGE) return 'shrink';
  return GATEWAY_FAILURES.includes(httpStatus) && isRepeated(known) ? 'shrink' : 'retry';
}

function byCode(error: InsertError, known: Circumstances): InsertAction {
  const { action, isAlsoByValue } = CLICKHOUSE_CODES.get(error.code ?? -1) ?? {};
  const isUndecided = action === undefined || (isAlsoByValue === true && known.areColumnsSame);
  if (!isUndecided) return action;
  // A view may throw any error, so a person has to look into it.
  if (error.view !== null) return 'operator';
  if (error.code === null) return 'retry';
  return isRepeated(known) || known.isAccepted ? 'bisect' : 'retry';
}

/** Transient failures rarely outlast the pauses between this many attempts. */
function isRepeated({ repeats }: Circumstances): boolean {
  return repeats >= REPEATS_BEFORE_BLAME;
}

function isUnknown({ code }: InsertError): boolean {
  if (code === null) return false;
  const known = CLICKHOUSE_CODES.get(code);
  return known === undefined || known.isAlsoByValue;
}

/**
 * Whether the block must not be re-split: once the table has committed its rows, a re-split can't help a view that refuses
 * them.
 */
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
