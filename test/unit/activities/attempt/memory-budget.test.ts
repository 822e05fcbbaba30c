// Promise: the batches of a worker never hold more bytes than its budget, and each gets its turn. Checked on random sequences of
// takes and releases.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryBudget } from '../../../../src/activities/attempt/memory-budget.js';

const never = new AbortController().signal;

test('bytes wait in order until enough are released', async () => {
  const budget = createMemoryBudget(100);
  const order: string[] = [];
  const first = await budget.take('a', 60, never);
  const large = budget.take('a', 100, never).then((release) => {
    order.push('large');
    return release;
  });
  const small = budget.take('a', 10, never).then((release) => {
    order.push('small');
    return release;
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  first();
  (await large)();
  (await small)();
  expect(order).toEqual(['large', 'small']);
});

test('a batch larger than the budget takes all of it', async () => {
  const release = await createMemoryBudget(100).take('a', 1_000, never);
  release();
});

test('a cancelled wait gives up its place', async () => {
  const budget = createMemoryBudget(100);
  const first = await budget.take('a', 100, never);
  const abort = new AbortController();
  const waiting = budget.take('a', 100, abort.signal);
  const next = budget.take('a', 50, never);
  abort.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  first();
  (await next)();
});

test('a second release of the same bytes has no effect', async () => {
  const budget = createMemoryBudget(100);
  const release = await budget.take('a', 100, never);
  release();
  release();
  await budget.take('a', 100, never);
  let over = false;
  void budget.take('a', 1, never).then(() => (over = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
});

test('the budget is never exceeded, and everyone gets a turn', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 40 }),
      async (sizes) => {
        const budget = createMemoryBudget(100);
        let out = 0;
        await Promise.all(
          sizes.map(async (size) => {
            const release = await budget.take('a', size, never);
            out += Math.min(size, 100);
            expect(out).toBeLessThanOrEqual(100);
            await Promise.resolve();
            out -= Math.min(size, 100);
            release();
          }),
        );
        expect(out).toBe(0);
      },
    ),
  );
});

test('an owner leaves a quarter to others, and is served again once it holds less', async () => {
  const budget = createMemoryBudget(100);
  const order: string[] = [];
  const take = (bytes: number, owner: string) =>
    budget.take(owner, bytes, never).then((release) => {
      order.push(owner);
      return release;
    });
  (await take(1, 'healthy'))();
  order.length = 0;
  const first = await take(50, 'hangs');
  const second = await take(25, 'hangs');
  const third = take(10, 'hangs');
  const other = await take(20, 'healthy');
  expect(order).toEqual(['hangs', 'hangs', 'healthy']);
  second();
  (await third)();
  expect(order).toEqual(['hangs', 'hangs', 'healthy', 'hangs']);
  first();
  other();
  (await take(100, 'hangs'))();
});

test('the only pipeline of a worker may use the whole budget', async () => {
  const budget = createMemoryBudget(100);
  const releases = [await budget.take('a', 60, never), await budget.take('a', 40, never)];
  for (const release of releases) release();
});

test('an owner that holds nothing may take all, and later ones wait for it', async () => {
  const budget = createMemoryBudget(100);
  const first = await budget.take('a', 40, never);
  const order: string[] = [];
  const large = budget.take('b', 90, never).then((release) => (order.push('b'), release));
  const small = budget.take('c', 10, never).then((release) => (order.push('c'), release));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([]);
  first();
  (await large)();
  (await small)();
  expect(order).toEqual(['b', 'c']);
});

test('extra memory counts in the share of its owner', async () => {
  const budget = createMemoryBudget(100);
  (await budget.take('b', 1, never))();
  const first = await budget.take('a', 40, never);
  const more = budget.tryTake('a', 30)!;
  const order: string[] = [];
  const again = budget.take('a', 10, never).then((release) => (order.push('a'), release));
  const other = budget.take('b', 30, never).then((release) => (order.push('b'), release));
  (await other)();
  expect(order).toEqual(['b']);
  more();
  (await again)();
  first();
});
