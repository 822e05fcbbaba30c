// Promise: waits of idle pipelines end at the same instants, whenever they began. Checked with a fake clock.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTicks } from '../../../../src/activities/await-records/ticks.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 10_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('waits that began at different times end at the same instant', async () => {
  const ticks = createTicks();
  const ended: number[] = [];
  const wait = () => void ticks.next(500).then(() => ended.push(Date.now()));
  wait();
  await vi.advanceTimersByTimeAsync(123);
  wait();
  await vi.advanceTimersByTimeAsync(376);
  wait();
  expect(ended).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toEqual([10_500, 10_500, 10_500]);
});

test('a wait that begins at such an instant takes a whole period', async () => {
  let isOver = false;
  void createTicks()
    .next(500)
    .then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(499);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver).toBe(true);
});

test('a timer that fires a millisecond early ends no wait, and a clock that was set back delays none', async () => {
  for (const backMs of [1, 3_600_000]) {
    vi.setSystemTime(10_000);
    let isOver = false;
    void createTicks()
      .next(500)
      .then(() => (isOver = true));
    vi.setSystemTime(10_000 - backMs);
    await vi.advanceTimersByTimeAsync(500);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
  }
});
