// Promise: a broker that is slow and answers is awaited longer, so that its partitions are read, and one that does not answer at
// all is not. Checked with a fake clock.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Patience, PatientAsker } from '../../../../../src/adapters/kafka/client/patience.js';
import { BrokerSilent } from '../../../../../src/adapters/kafka/protocol/errors.js';

const LEAST_MS = 1_000;
const MOST_MS = 4_000;
const LIMITS = { silentAfterMs: LEAST_MS, answerTimeoutMs: MOST_MS };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('the limit is twice the recent answer time, within bounds, for each broker', () => {
  const patience = new Patience(LIMITS);
  expect(patience.for('a')).toBe(LEAST_MS);
  patience.answered('a', 1_500);
  expect(patience.for('a')).toBe(3_000);
  expect(patience.for('b')).toBe(LEAST_MS);
  patience.answered('a', 100_000);
  expect(patience.for('a')).toBe(MOST_MS);
});

test('a slow answer is forgotten, but not at the next one', () => {
  const patience = new Patience(LIMITS);
  patience.answered('a', 1_500);
  patience.answered('a', 10);
  expect(patience.for('a')).toBeGreaterThan(2_000);
  for (let answers = 0; answers < 10; answers++) patience.answered('a', 10);
  expect(patience.for('a')).toBe(LEAST_MS);
});

const slow = () =>
  new Promise<string>((resolve) => {
    setTimeout(() => {
      resolve('there');
    }, 1_400);
  });
const silent = () =>
  new Promise<string>((_, reject) => {
    setTimeout(() => {
      reject(new BrokerSilent('a:9092', 'does not answer'));
    }, MOST_MS);
  });

/** The result of a request, and the time that it took. */
async function asked(asker: PatientAsker, question: () => Promise<string>) {
  const beganMs = performance.now();
  const answer = asker.ask('a', question).then(({ kind }) => {
    return { kind, ms: performance.now() - beganMs };
  });
  await vi.advanceTimersByTimeAsync(MOST_MS - 1);
  return answer;
}

test('the first late answer is not awaited, and the next one is', async () => {
  const asker = new PatientAsker(LIMITS);
  expect(await asked(asker, slow)).toEqual({ kind: 'silent', ms: LEAST_MS });
  expect(await asked(asker, slow)).toEqual({ kind: 'answer', ms: 1_400 });
});

test('a broker that never answers is never awaited longer', async () => {
  const asker = new PatientAsker(LIMITS);
  expect(await asked(asker, silent)).toEqual({ kind: 'silent', ms: LEAST_MS });
  // It is only asked in the background until it answers.
  expect((await asked(asker, silent)).ms).toBeLessThan(LEAST_MS);
});
