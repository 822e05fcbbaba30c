// Promise: large record batches take their memory from the worker's budget, no attempt waits for memory while it holds some, and
// the next attempt gets what the last one lacked. Checked with batches that only have a size.
import { expect, test } from 'vitest';
import { createMemoryBudget } from '../../../../src/activities/attempt/memory-budget.js';
import { createReadMemories, MemoryShort } from '../../../../src/activities/attempt/read-memory.js';
import type { FetchedRecords } from '../../../../src/domain/ports/record-source.js';

const MEBIBYTE = 1_024 * 1_024;
const { signal } = new AbortController();

function fetched(mebibytes: number, open = () => Promise.resolve()): FetchedRecords {
  const extraBytes = mebibytes * MEBIBYTE;
  const place = { partition: 0, next: 1, leaderEpochs: [] };
  return { ...place, wireBytes: 0, extraBytes, open, runs: () => [] };
}

function memories(mebibytes: number) {
  const budget = createMemoryBudget(mebibytes * MEBIBYTE);
  const free = () => {
    for (let left = mebibytes; left >= 0; left--) {
      const release = budget.tryTake('besides', left * MEBIBYTE);
      if (release === null) continue;
      release();
      return left;
    }
    return -1;
  };
  return { memory: createReadMemories(budget), free };
}

const take = (memory: ReturnType<typeof createReadMemories>, mebibytes: number, topic = 't') =>
  memory.take(topic, mebibytes * MEBIBYTE, signal);

test('the memory of a large batch is released with it', async () => {
  const { memory, free } = memories(100);
  const attempt = await take(memory, 30);
  const close = await attempt.open(fetched(50));
  expect(free()).toBe(20);
  close();
  expect(free()).toBe(70);
  attempt.release();
  expect(free()).toBe(100);
});

test('an attempt fails if others hold the memory, and the next one waits for it at its start', async () => {
  const { memory, free } = memories(100);
  const other = await take(memory, 60, 'other');
  const attempt = await take(memory, 20);
  await expect(attempt.open(fetched(50))).rejects.toThrow(MemoryShort);
  attempt.release();
  let hasStarted = false;
  const next = take(memory, 20).then((taken) => {
    hasStarted = true;
    return taken;
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(hasStarted).toBe(false);
  other.release();
  const started = await next;
  const close = await started.open(fetched(50));
  expect(free()).toBe(30);
  close();
  started.release();
  expect(free()).toBe(100);
});

test('a topic takes less memory again once its large batches are past', async () => {
  const { memory, free } = memories(100);
  const other = await take(memory, 60, 'other');
  const attempt = await take(memory, 20);
  await expect(attempt.open(fetched(40))).rejects.toThrow(MemoryShort);
  attempt.release();
  other.release();
  for (let batch = 0; batch < 10; batch++) (await take(memory, 20)).release();
  const later = await take(memory, 20);
  expect(free()).toBe(80);
  later.release();
});

test('a batch that cannot be decompressed keeps no memory', async () => {
  const { memory, free } = memories(100);
  const attempt = await take(memory, 30);
  const failing = fetched(50, () => Promise.reject(new Error('too large')));
  await expect(attempt.open(failing)).rejects.toThrow('too large');
  expect(free()).toBe(70);
});
