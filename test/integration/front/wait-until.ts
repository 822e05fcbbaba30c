import { setTimeout as pause } from 'node:timers/promises';

/** Polls until it holds; the error names what did not come. */
export async function waitUntil(
  condition: () => Promise<boolean> | boolean,
  { what, timeoutMs = 15_000 }: { readonly what: string; readonly timeoutMs?: number },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await pause(20);
  }
}
