// Promise: the next results are worked on while the caller works, as far ahead as allowed and no further; an abort ends the wait at
// once, and nothing that fails unheard ends the process. Checked with a source that is released by hand.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fetchAhead } from '../../../../../src/adapters/kafka/reading/fetch-ahead.js';

/** Counts how far it was run, and stops at `failAt`, or where it is told to hang. */
function source(options: { readonly failAt?: number; readonly hangAt?: number } = {}) {
  const state = { begun: 0, heardOfStop: false };
  const open = async function* (signal: AbortSignal) {
    signal.addEventListener('abort', () => {
      state.heardOfStop = true;
    });
    for (let index = 0; index < 10; index++) {
      signal.throwIfAborted();
      state.begun = index + 1;
      if (index === options.failAt) throw new Error(`failed at ${index}`);
      if (index === options.hangAt) await new Promise(() => undefined);
      await turn();
      yield index;
    }
  };
  return { state, open };
}

async function settle() {
  for (let turns = 0; turns < 20; turns++) await turn();
}

const never = new AbortController().signal;

test('everything comes, in order', async () => {
  for (const ahead of [1, 2, 3]) {
    const seen: number[] = [];
    for await (const value of fetchAhead(source().open, { ahead, signal: never })) seen.push(value);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

test('work goes as far ahead as allowed while the caller is busy', async () => {
  for (const ahead of [1, 2, 3]) {
    const { state, open } = source();
    const results = fetchAhead(open, { ahead, signal: never });
    await results.next();
    await settle();
    expect(state.begun).toBe(1 + ahead);
    await results.return(undefined);
  }
});

test('a failure comes after the results before it', async () => {
  const seen: number[] = [];
  const reading = async () => {
    const { open } = source({ failAt: 2 });
    for await (const value of fetchAhead(open, { ahead: 3, signal: never })) {
      await settle();
      seen.push(value);
    }
  };
  await expect(reading()).rejects.toThrow('failed at 2');
  expect(seen).toEqual([0, 1]);
});

test('an abort ends a wait at once, with its own reason', async () => {
  const { state, open } = source({ hangAt: 1 });
  const controller = new AbortController();
  const results = fetchAhead(open, { ahead: 1, signal: controller.signal });
  await results.next();
  const waiting = results.next();
  controller.abort(new Error('the activity was cancelled'));
  await expect(waiting).rejects.toThrow('the activity was cancelled');
  expect(state.heardOfStop).toBe(true);
});

test('an abort while the caller works ends the next step', async () => {
  const { open } = source();
  const controller = new AbortController();
  const results = fetchAhead(open, { ahead: 2, signal: controller.signal });
  await results.next();
  controller.abort(new Error('cancelled'));
  await expect(results.next()).rejects.toThrow('cancelled');
});

test('a signal that has been aborted starts nothing', async () => {
  const { state, open } = source();
  const signal = AbortSignal.abort(new Error('cancelled before'));
  await expect(fetchAhead(open, { ahead: 1, signal }).next()).rejects.toThrow('cancelled before');
  expect(state.begun).toBe(0);
});

test('a caller who leaves stops the work, and what fails then is nobody’s failure', async () => {
  const { state, open } = source({ failAt: 2 });
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  for await (const value of fetchAhead(open, { ahead: 2, signal: never })) {
    if (value === 0) break;
  }
  await settle();
  process.off('unhandledRejection', note);
  expect(state.heardOfStop).toBe(true);
  expect(unhandled).toEqual([]);
});
