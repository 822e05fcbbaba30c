import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long a test waits for a state that has to come. What is waited for takes seconds at most; the rest is for a machine
 * that is busy with something else. Tests that pass never wait so long, so no test needs a shorter limit of its own.
 */
export const PATIENCE_MS = 180_000;

/** A whole test or hook: several waits one after the other. */
export const TEST_TIMEOUT_MS = 1_200_000;

const POLL_MS = 50;

/** Resolves once the condition holds; fails with `what` was waited for. An error of the condition fails at once. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = PATIENCE_MS, what }: { readonly timeoutMs?: number; readonly what: string },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() >= deadline) throw new Error(`after ${timeoutMs} ms it still isn't so: ${what}`);
    await sleep(POLL_MS);
  }
}
