// Promise: the batches of a worker never hold more bytes than its budget, and each gets its turn. Checked on random
// sequences of takes and releases.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryBudget } from '../../../../src/activities/attempt/memory-budget.js';

const never = new AbortController().signal;

test('bytes wait until enough are given back, in order', async () => {
  const budget = createMemoryBudget(100);
  const order: string[] = [];
  const first = await budget.take(60, never);
  const large = budget.take(100, never).then((release) => {
    order.push('large');
    return release;
  });
  const small = budget.take(10, never).then((release) => {
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
  const release = await createMemoryBudget(100).take(1_000, never);
  release();
});

test('a cancelled wait gives up its place', async () => {
  const budget = createMemoryBudget(100);
  const first = await budget.take(100, never);
  const abort = new AbortController();
  const waiting = budget.take(100, abort.signal);
  const next = budget.take(50, never);
  abort.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  first();
  (await next)();
});

test('giving back twice gives back once', async () => {
  const budget = createMemoryBudget(100);
  const release = await budget.take(100, never);
  release();
  release();
  await budget.take(100, never);
  let over = false;
  void budget.take(1, never).then(() => (over = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
});

test('never more than the budget is out, and all get their turn', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 40 }),
      async (sizes) => {
        const budget = createMemoryBudget(100);
        let out = 0;
        await Promise.all(
          sizes.map(async (size) => {
            const release = await budget.take(size, never);
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
