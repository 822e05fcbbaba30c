import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long a test waits for a state that must come. Most come within seconds, and the slowest within two minutes on a slow, idle
 * machine; the rest is for a busy one. Tests that pass never wait this long, so no test needs a limit of its own.
 */
export const PATIENCE_MS = 600_000;

/** Limit of a whole test or hook, with several waits. */
export const TEST_TIMEOUT_MS = 1_800_000;

const MIN_POLL_MS = 50;
const MAX_POLL_MS = 300;

/** Resolves once the condition holds, and fails with `what` otherwise. An error of the condition fails at once. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = PATIENCE_MS, what }: { readonly timeoutMs?: number; readonly what: string },
): Promise<void> {
  const startedMs = Date.now();
  while (!(await condition())) {
    const waitedMs = Date.now() - startedMs;
    if (waitedMs >= timeoutMs) throw new Error(`after ${timeoutMs} ms it still isn't so: ${what}`);
    await sleep(pauseMs(waitedMs));
  }
}

/** Asking costs the servers CPU, which the awaited work needs too. So a longer wait asks less often. */
function pauseMs(waitedMs: number): number {
  return Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, waitedMs / 10));
}
