// Promise: an attempt heartbeats while it works, and one that was blocked for longer than the heartbeat timeout sends nothing
// more, even after it continues. The event loop is really blocked.
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { startPulse } from '../../../../src/activities/attempt/heartbeat.js';
import { waitUntil } from '../../../support/wait-until.js';

function block(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function attempt(
  work: (assertAlive: () => void) => Promise<void>,
  timeoutMs = 500,
): Promise<number> {
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => (beats += 1));
  await environment.run(async () => {
    const pulse = startPulse({ timeoutMs });
    try {
      await work(() => {
        pulse.assertAlive();
      });
    } finally {
      pulse.stop();
    }
  });
  return beats;
}

test('an attempt that makes progress may send, and heartbeats', async () => {
  // Twelve times the longest allowed silence, because this process is also delayed on a busy machine.
  const timeoutMs = 3_000;
  const beats = await attempt(async (assertAlive) => {
    await pause(timeoutMs + 200);
    assertAlive();
  }, timeoutMs);
  expect(beats).toBeGreaterThanOrEqual(2);
});

test('an attempt that stalls may not send', async () => {
  await attempt(async (assertAlive) => {
    block(600);
    expect(assertAlive).toThrow(/sent no heartbeat/);
    await pause(0);
  });
});

test('an attempt that stalled may not send later either', async () => {
  await attempt(async (assertAlive) => {
    block(600);
    await pause(600);
    expect(assertAlive).toThrow(/sent no heartbeat/);
  });
});

test('a short batch sends no heartbeat', async () => {
  const beats = await attempt(async () => {
    await pause(0);
  }, 30_000);
  expect(beats).toBe(0);
});

test('each heartbeat carries the current details, and the next attempt receives them', async () => {
  const environment = new MockActivityEnvironment();
  const seen: unknown[] = [];
  environment.on('heartbeat', (details) => seen.push(details));
  let counted = 1;
  await environment.run(async () => {
    const pulse = startPulse({ timeoutMs: 300, details: () => counted });
    counted = 2;
    await waitUntil(() => seen.length > 0, { what: 'a heartbeat' });
    counted = 3;
    await waitUntil(() => seen.length > 1, { what: 'a second heartbeat' });
    counted = 4;
    pulse.tellNext();
    pulse.stop();
  });
  expect(seen.slice(0, 2)).toEqual([2, 3]);
  expect(seen.at(-1)).toBe(4);
});
