// Promise: however many ask, one query at a time runs, and nobody gets an answer to a query that began before they asked.
// Checked with queries that the test answers itself.
import { expect, test } from 'vitest';
import { shareQuestion, takeTurns } from '../../../../src/adapters/temporal/workflows.js';
import { waitUntil } from '../../../support/wait-until.js';

function questions() {
  const open: { readonly answer: (text: string) => void; readonly fail: () => void }[] = [];
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const fail = () => {
        reject(new Error('no answer'));
      };
      open.push({ answer: resolve, fail });
    });
  const asked = (count: number) =>
    waitUntil(() => open.length === count, { what: `${count} questions were put` });
  return { open, ask, asked };
}

test('callers that ask while a query is running share the next one', async () => {
  const { open, ask, asked } = questions();
  const shared = shareQuestion(ask, takeTurns(0));
  const first = shared();
  await asked(1);
  const later = Array.from({ length: 200 }, () => shared());
  expect(open).toHaveLength(1);
  open[0]!.answer('one');
  await asked(2);
  open[1]!.answer('two');
  expect(await first).toBe('one');
  expect(new Set(await Promise.all(later))).toEqual(new Set(['two']));
  expect(open).toHaveLength(2);
});

test('a failure belongs to its own query, and the next one runs anyway', async () => {
  const { open, ask, asked } = questions();
  const shared = shareQuestion(ask, takeTurns(0));
  const first = shared();
  await asked(1);
  const second = shared();
  open[0]!.fail();
  await expect(first).rejects.toThrow('no answer');
  await asked(2);
  open[1]!.answer('two');
  expect(await second).toBe('two');
});

test('queries keep their distance', async () => {
  const begins: number[] = [];
  const shared = shareQuestion(
    () => Promise.resolve(begins.push(performance.now())),
    takeTurns(50),
  );
  for (let count = 0; count < 3; count += 1) await shared();
  expect(begins[2]! - begins[0]!).toBeGreaterThanOrEqual(100);
});

test('other work in the same queue waits, and fails alone', async () => {
  const { open, ask, asked } = questions();
  const turns = takeTurns(0);
  const first = turns(ask);
  const second = turns(ask);
  await asked(1);
  open[0]!.fail();
  await expect(first).rejects.toThrow('no answer');
  await asked(2);
  open[1]!.answer('two');
  expect(await second).toBe('two');
});
