import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long a test waits for a state that must come. It usually takes seconds; the rest is for a busy machine. Tests that
 * pass never wait this long, so no test needs a shorter limit.
 */
export const PATIENCE_MS = 180_000;

/** Limit of a whole test or hook, with several waits. */
export const TEST_TIMEOUT_MS = 1_200_000;

const POLL_MS = 50;

/** Resolves once the condition holds, and fails with `what` otherwise. An error of the condition fails at once. */
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
