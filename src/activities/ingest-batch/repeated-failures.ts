import { type InsertError, InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { refusalCode } from '../../domain/insert-failures/refusal.js';

/** What the attempts of a batch ended with: each tells the next one by its heartbeats. */
export interface RepeatedFailures {
  /** Attempts in a row, this one included, that ended with such a failure, if this one does. */
  countOf(error: InsertError): number;
  /** A whole insert of an earlier attempt ended without an answer, or nobody knows how: it may still arrive. */
  readonly mayArriveLate: boolean;
  /** Attempts in a row, the last one before this included, whose insert ended without an answer although the server could be asked. */
  readonly unanswered: number;
  /** This attempt ends with this. */
  ended(error: unknown): void;
  /** Goes with the heartbeats. */
  told(): Ends;
}

interface Ends {
  readonly kind: 'ends';
  /** Attempts that told how they ended. */
  readonly attempts: number;
  /** What the last insert that failed ended with, and how many attempts in a row. */
  readonly code: string;
  readonly times: number;
  readonly mayArriveLate: boolean;
  /** Missing in heartbeats of a release before. */
  readonly unanswered?: number;
}

const NONE: Ends = { kind: 'ends', attempts: 0, code: '', times: 0, mayArriveLate: false };

/** `earlier` are the details of the last heartbeat; an attempt that was killed has told nothing of its end. */
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

/** Nothing of a request without a body counts as sent: so the server could be asked which rows it has. */
function isCutOff({ kind, sent }: InsertError): boolean {
  return kind === 'network' && sent !== 'nothing';
}

/** Heartbeats of another release say something else. */
function endsIn(details: unknown): Ends {
  if (!Array.isArray(details)) return NONE;
  const found: unknown = details.find(isEnds);
  return (found as Ends | undefined) ?? NONE;
}

function isEnds(each: unknown): each is Ends {
  return typeof each === 'object' && each !== null && 'kind' in each && each.kind === 'ends';
}
