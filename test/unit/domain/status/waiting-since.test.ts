// Promise: the reported wait of the oldest record is never longer than the real one, and grows while nothing moves. Checked by
// property against logs whose arrival times are known, and on single cases.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWaitingSince } from '../../../../src/domain/status/waiting-since.js';

test('a record waits from the first observation of a log end beyond it', () => {
  const wait = createWaitingSince();
  wait.saw({ atMs: 0, committed: 10, end: 10 });
  expect(wait.sinceMs()).toBeNull();
  wait.saw({ atMs: 10, committed: 10, end: 15 });
  wait.saw({ atMs: 20, committed: 10, end: 30 });
  expect(wait.sinceMs()).toBe(10);
  wait.saw({ atMs: 30, committed: 15, end: 30 });
  expect(wait.sinceMs()).toBe(20);
  wait.saw({ atMs: 40, committed: 30, end: 30 });
  expect(wait.sinceMs()).toBeNull();
});

test('observations without new records do not shorten the wait', () => {
  const wait = createWaitingSince();
  for (let atMs = 0; atMs < 1_000; atMs++) wait.saw({ atMs, committed: 0, end: 1 });
  expect(wait.sinceMs()).toBe(0);
});

test('a truncated or recreated log restarts the wait', () => {
  const wait = createWaitingSince();
  wait.saw({ atMs: 0, committed: 0, end: 100 });
  wait.saw({ atMs: 10, committed: 0, end: 5 });
  expect(wait.sinceMs()).toBe(10);
});

const looks = fc.array(fc.record({ arrived: fc.nat(5), taken: fc.nat(8) }), { maxLength: 300 });

test('the wait is never too long, and is missing only if nothing waits', () => {
  fc.assert(
    fc.property(looks, (steps) => {
      const wait = createWaitingSince();
      const arrivedAtMs: number[] = [];
      let committed = 0;
      for (const [atMs, { arrived, taken }] of steps.entries()) {
        for (let index = 0; index < arrived; index++) arrivedAtMs.push(atMs);
        committed = Math.min(arrivedAtMs.length, committed + taken);
        wait.saw({ atMs, committed, end: arrivedAtMs.length });
        const sinceMs = wait.sinceMs();
        if (committed === arrivedAtMs.length) expect(sinceMs).toBeNull();
        else expect(sinceMs).toBeGreaterThanOrEqual(arrivedAtMs[committed]!);
      }
    }),
  );
});
