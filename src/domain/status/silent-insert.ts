import { instant } from '../readable-units.js';
import type { InHand } from '../pipeline/pipeline-status.js';
import type { InsertWaits, SilentInsert } from '../pipeline/messages.js';

/** Running work, with what its insert waits for. */
export function withInsertWaits<Work extends InHand>(
  work: Work,
  { batch, waits }: InsertWaits,
): Work {
  if (work.what !== batchInHand(batch)) return work;
  return { ...work, waitsFor: waits === null ? undefined : describeSilence(waits) };
}

/** Name of a batch in `InHand`. */
export function batchInHand(batch: number): string {
  return `batch ${batch}`;
}

/** ClickHouse does not say what an insert waits for. These are the usual causes on a healthy server. */
export function describeSilence({ address, sinceMs, untilMs }: SilentInsert): string {
  if (untilMs !== undefined) {
    return `ClickHouse at ${address} has not answered since ${instant(sinceMs)}, so it is unknown whether an earlier insert of the batch is still running there; the batch continues when that host answers, or at ${instant(untilMs)}, when no insert can still be running`;
  }
  return `ClickHouse at ${address} has not answered an insert since ${instant(sinceMs)}; it may be waiting for Keeper, other replicas or its disks`;
}
