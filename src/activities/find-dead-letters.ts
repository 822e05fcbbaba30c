import { REDRIVE_BYTES, REDRIVE_LETTERS } from '../domain/limits.js';
import type { OpenLetters } from '../domain/redrive/open-letters.js';
import type { FindLetters, PlannedWindow } from '../domain/redrive/plan.js';
import { beating } from './attempt/heartbeat.js';

/** Finds the next window of open dead letters; null if there are no more. */
export function findLetters(
  { plan, after, number }: FindLetters,
  { openLetters }: { readonly openLetters: OpenLetters },
): Promise<PlannedWindow | null> {
  return beating(async () => {
    const limits = { letters: REDRIVE_LETTERS, bytes: REDRIVE_BYTES };
    const next = await openLetters.next(plan, after, limits);
    if (next === null) return null;
    const { upTo, letters, bytes } = next;
    const closed = await openLetters.closed(plan, { after, upTo });
    return {
      number,
      after,
      upTo,
      letters,
      bytes,
      redrivenBefore: closed.redriven,
      droppedBefore: closed.dropped,
    };
  });
}
