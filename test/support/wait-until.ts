import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** Far longer than anything here takes, also on a machine that is busy with something else. */
const TIMEOUT_MS = 30_000;

/** Resolves once the condition holds; fails with `what` was waited for. An error of the condition fails at once. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = TIMEOUT_MS, what }: { readonly timeoutMs?: number; readonly what: string },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() >= deadline) throw new Error(`after ${timeoutMs} ms it still isn't so: ${what}`);
    await sleep(POLL_MS);
  }
}
