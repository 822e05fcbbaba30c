import { type InsertError, InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { refusalCode } from '../../domain/insert-failures/refusal.js';

/** How the attempts of a batch ended. Each tells the next one in its heartbeats. */
export interface RepeatedFailures {
  /** Attempts in a row that ended with this error, assuming that the current one does as well. */
  countOf(error: InsertError): number;
  /** A whole insert of an earlier attempt ended without an answer, or an attempt ended in an unknown way: it may still arrive. */
  readonly mayArriveLate: boolean;
  /** Attempts in a row, up to the one before this, whose insert ended without an answer although the server answered queries. */
  readonly unanswered: number;
  /** Records the error that this attempt ends with. */
  ended(error: unknown): void;
  /** Heartbeats carry this to the next attempt. */
  told(): Ends;
}

interface Ends {
  readonly kind: 'ends';
  /** Number of attempts that reported how they ended. */
  readonly attempts: number;
  /** Error of the last insert that failed, and how many attempts in a row ended with it. */
  readonly code: string;
  readonly times: number;
  readonly mayArriveLate: boolean;
  /** Missing in heartbeats of older releases. */
  readonly unanswered?: number;
}

const NONE: Ends = { kind: 'ends', attempts: 0, code: '', times: 0, mayArriveLate: false };

/** `earlier` holds the details of the last heartbeat. A killed attempt could not tell how it ended. */
export function createRepeatedFailures(earlier: unknown, attempt: number): RepeatedFailures {
  const before = endsIn(earlier);
  const mayArriveLate = before.mayArriveLate || before.attempts !== attempt - 1;
  let told = before;
  const countOf = (error: InsertError) =>
    before.code === refusalCode(error) ? before.times + 1 : 1;
  return {
    countOf,
    mayArriveLate,
    unanswered: before.unanswered ?? 0,
    ended(error) {
      told = { ...before, attempts: attempt, mayArriveLate };
      if (!(error instanceof InsertFailed)) return;
      const failure = error.error;
      told = {
        ...told,
        code: refusalCode(failure),
        times: countOf(failure),
        mayArriveLate: mayArriveLate || (failure.kind !== 'server' && failure.sent === 'whole'),
        unanswered: isCutOff(failure) ? (before.unanswered ?? 0) + 1 : 0,
      };
    },
    told: () => told,
  };
}

/** An insert was interrupted after the queries before it were answered. Queries have no body, so they count as `nothing` sent. */
function isCutOff({ kind, sent }: InsertError): boolean {
  return kind === 'network' && sent !== 'nothing';
}

/** Heartbeats of another release may carry something else. */
function endsIn(details: unknown): Ends {
  if (!Array.isArray(details)) return NONE;
  const found: unknown = details.find(isEnds);
  return (found as Ends | undefined) ?? NONE;
}

function isEnds(each: unknown): each is Ends {
  return typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'ends';
}
