import { setTimeout as sleep } from 'node:timers/promises';
import type { Move } from '../compare/move.js';
import type { Stage } from '../stage/stage.js';

const START_TIMEOUT_MS = 30_000;

/** A pipeline creates its table right before it begins to wait for records. */
export async function untilTableThere(
  { sql }: Pick<Stage, 'sql'>,
  { table, processes }: Move,
): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while ((await sql(`EXISTS TABLE ${table}`)) !== '1') {
    const [failed] = processes.flatMap((each) => each.failure() ?? []);
    if (failed !== undefined) throw new Error(failed);
    if (performance.now() > deadlineMs) throw new Error(`${table} was not created`);
    await sleep(100);
  }
}
