import { setTimeout as sleep } from 'node:timers/promises';
import {
  FENCE_POLL_MS,
  FENCE_TIMEOUT_MS,
  INSERT_GONE_MS,
  UNASKED_POLL_MS,
} from '../../domain/limits.js';
import type { EventTable, InsertId, RunningInserts } from '../../domain/ports/event-table.js';

export type UnaskedHosts = RunningInserts['unasked'];

interface Fence {
  readonly events: EventTable;
  readonly signal: AbortSignal;
}

/** What one attempt of a batch waits for besides, and who hears of it. */
export interface Waiting {
  /** When the attempt began, by `performance.now()`: no earlier attempt has sent anything since. */
  readonly startedMs: number;
  /** Null once nothing is waited for any more. */
  tell(hosts: UnaskedHosts | null): void;
}

/**
 * Waits until no earlier insert of the pipeline is known to run, so that what reconciling finds afterwards is final.
 * Resolves with the hosts that could not be asked. Throws where that takes too long, so that the failure shows what is
 * waited for.
 */
export async function awaitEarlierInserts(
  self: InsertId,
  { events, signal }: Fence,
): Promise<UnaskedHosts> {
  const sinceMs = performance.now();
  for (;;) {
    const { names, unasked } = await events.runningInserts(self);
    if (names.length === 0) return unasked;
    signal.throwIfAborted();
    const waitedMs = Math.round(performance.now() - sinceMs);
    if (waitedMs > FENCE_TIMEOUT_MS) {
      throw new Error(
        `an earlier insert of this pipeline still runs on ClickHouse after ${waitedMs} ms (query_id ${names.join(', ')}): it goes on by itself when that ends, or kill it`,
      );
    }
    await sleep(FENCE_POLL_MS);
  }
}

/**
 * Waits until every host has said that no earlier insert runs there, or until the one that can't be asked would have ended
 * it. Within one attempt: the next one could not tell how long the one before has waited.
 */
export async function awaitUnasked(
  self: InsertId,
  { waiting, ...fence }: Fence & { readonly waiting: Waiting },
): Promise<void> {
  let isTold = false;
  try {
    for (;;) {
      const unasked = await awaitEarlierInserts(self, fence);
      if (unasked.length === 0) return;
      if (performance.now() - waiting.startedMs >= INSERT_GONE_MS) return;
      if (!isTold) waiting.tell(unasked);
      isTold = true;
      fence.signal.throwIfAborted();
      await sleep(UNASKED_POLL_MS);
    }
  } finally {
    if (isTold) waiting.tell(null);
  }
}
