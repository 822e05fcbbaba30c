import { setTimeout as sleep } from 'node:timers/promises';
import type { Move } from '../compare/move.js';

const START_TIMEOUT_MS = 30_000;

/** Waits until the pipeline is ready for the next record, so that the measurement excludes its start. */
export async function untilRunning({ run, processes }: Move): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while (!(await run.isRunning())) {
    const [failed] = processes.flatMap((each) => each.failure() ?? []);
    if (failed !== undefined) throw new Error(failed);
    if (performance.now() > deadlineMs) throw new Error('the pipeline did not begin to run');
    await sleep(100);
  }
}
