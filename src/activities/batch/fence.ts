import { FENCE_POLL_MS, FENCE_TIMEOUT_MS } from '../../domain/limits.js';
import type { EventTable, InsertId } from '../../domain/ports.js';

/**
 * Waits until no earlier insert of the pipeline runs on the server, so that what a look finds afterwards is final.
 * Throws where that takes too long, so that the failure shows what is waited for.
 */
export async function awaitEarlierInserts(
  self: InsertId,
  { events, signal }: { readonly events: EventTable; readonly signal: AbortSignal },
): Promise<void> {
  const sinceMs = performance.now();
  for (;;) {
    const running = await events.runningInserts(self);
    if (running.length === 0) return;
    signal.throwIfAborted();
    const waitedMs = Math.round(performance.now() - sinceMs);
    if (waitedMs > FENCE_TIMEOUT_MS) {
      throw new Error(
        `an earlier insert of this pipeline still runs on ClickHouse after ${waitedMs} ms (query_id ${running.join(', ')}): it goes on by itself when that ends, or kill it`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, FENCE_POLL_MS));
  }
}
