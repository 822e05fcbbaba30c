import { setTimeout as sleep } from 'node:timers/promises';

/** Begins its work when all work before it has ended. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** One piece of work at a time, with at least `pauseMs` between the starts of two. */
export function takeTurns(pauseMs: number): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let freeAtMs = -Infinity;
  return (work) => {
    const before = last;
    const turn = (async () => {
      await before.catch(() => undefined);
      // A timer may end a millisecond early.
      while (performance.now() < freeAtMs) await sleep(Math.ceil(freeAtMs - performance.now()));
      freeAtMs = performance.now() + pauseMs;
      return work();
    })();
    last = turn;
    return turn;
  };
}

/**
 * One question for all that ask at about the same time. Whoever asks gets an answer to a question that was put afterwards,
 * never an older one.
 */
export function shareQuestion<T>(ask: () => Promise<T>, turns: Turns): () => Promise<T> {
  let next: Promise<T> | null = null;
  return () =>
    (next ??= turns(() => {
      next = null;
      return ask();
    }));
}
