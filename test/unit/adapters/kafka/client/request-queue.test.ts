// Promise: a request waits at most the timeout from when it was made, a broker that is silent for that long fails everything
// that waits at once, and one that is only slow, throttles, or could not be heard because this process was suspended fails
// nothing. Checked with a fake clock.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RequestQueue } from '../../../../../src/adapters/kafka/client/request-queue.js';

const TIMEOUT_MS = 4_000;

let silent: string[];
let throttledUntilMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  silent = [];
  throttledUntilMs = -Infinity;
});

afterEach(() => {
  vi.useRealTimers();
});

function createQueue(maxInFlight = 100): RequestQueue {
  const queue: RequestQueue = new RequestQueue({
    timeoutMs: TIMEOUT_MS,
    maxInFlight,
    throttledUntilMs: () => throttledUntilMs,
    onSilence: (request) => {
      silent.push(request);
      queue.fail(new Error(`silent: ${request}`));
    },
  });
  return queue;
}

/** A request, whether it was sent, and how it ends. */
function ask(queue: RequestQueue, name: string, signal?: AbortSignal) {
  const asked = { isSent: false, outcome: 'waiting', answer: (): void => undefined };
  const answered = new Promise<void>((resolve) => {
    asked.answer = resolve;
  });
  const send = () => {
    asked.isSent = true;
    return answered;
  };
  queue.add({ name, ask: send, signal }).then(
    () => (asked.outcome = 'answered'),
    (error: unknown) => (asked.outcome = (error as Error).message),
  );
  return asked;
}

test('all waiting requests fail together, however many', async () => {
  const queue = createQueue(1);
  const requests = Array.from({ length: 20 }, (_, index) => ask(queue, `request ${index}`));
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 10);
  const late = ask(queue, 'late');
  expect(requests.map(({ outcome }) => outcome)).toEqual(requests.map(() => 'waiting'));
  await vi.advanceTimersByTimeAsync(20);
  expect(new Set([...requests, late].map(({ outcome }) => outcome))).toEqual(
    new Set(['silent: request 0']),
  );
  expect(silent).toEqual(['request 0']);
});

test('the timeout of a request counts from when it was made, even while it waits for its turn', async () => {
  const queue = createQueue(1);
  const first = ask(queue, 'first');
  await vi.advanceTimersByTimeAsync(3_000);
  const second = ask(queue, 'second');
  await vi.advanceTimersByTimeAsync(500);
  first.answer();
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 10);
  expect([first.outcome, second.outcome, second.isSent]).toEqual(['answered', 'waiting', true]);
  await vi.advanceTimersByTimeAsync(20);
  expect(second.outcome).toBe('silent: second');
});

test('a broker that answers one request after the other is slow, not silent', async () => {
  const queue = createQueue(1);
  const requests = Array.from({ length: 5 }, (_, index) => ask(queue, `request ${index}`));
  for (const request of requests) {
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 100);
    request.answer();
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(requests.map(({ outcome }) => outcome)).toEqual(requests.map(() => 'answered'));
  expect(silent).toEqual([]);
  await vi.advanceTimersByTimeAsync(10 * TIMEOUT_MS);
  expect(silent).toEqual([]);
});

test('a cancelled request is never sent, or delays nothing', async () => {
  const queue = createQueue();
  const controller = new AbortController();
  const sent = ask(queue, 'sent', controller.signal);
  controller.abort(new Error('given up'));
  const next = ask(queue, 'next');
  await vi.advanceTimersByTimeAsync(0);
  expect([sent.outcome, next.isSent]).toEqual(['given up', true]);

  const one = createQueue(1);
  const [first, second] = [ask(one, 'first'), ask(one, 'second', controller.signal)];
  const third = ask(one, 'third');
  first.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect([second.outcome, second.isSent, third.isSent]).toEqual(['given up', false, true]);
});

test('a broker that does not answer a cancelled request still counts as silent', async () => {
  const queue = createQueue();
  const controller = new AbortController();
  ask(queue, 'commit', controller.signal);
  controller.abort(new Error('given up'));
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS + 10);
  expect(silent).toEqual(['commit']);
});

test('a throttled connection is awaited', async () => {
  const queue = createQueue();
  throttledUntilMs = performance.now() + 60_000;
  const throttled = ask(queue, 'throttled');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(throttled.outcome).toBe('waiting');
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS + 10);
  expect(throttled.outcome).toBe('silent: throttled');
});

test('a process that was suspended blames no broker', async () => {
  const queue = createQueue();
  const request = ask(queue, 'request');
  // As after SIGSTOP: the clock continued, and no timer fired.
  const now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now + 60_000);
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS + 10);
  expect(request.outcome).toBe('waiting');
  request.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(request.outcome).toBe('answered');
  vi.mocked(performance.now).mockRestore();
});

test('after a failure no more requests are sent', async () => {
  const queue = createQueue();
  queue.fail(new Error('closed'));
  const request = ask(queue, 'request');
  await vi.advanceTimersByTimeAsync(0);
  expect([request.isSent, request.outcome]).toEqual([false, 'closed']);
});
