import { instant } from '../readable-units.js';
import type { InHand } from '../pipeline/public-types.js';

/** An insert that ClickHouse has taken whole and not answered for a while, or of which nobody knows whether it still runs. */
export interface SilentInsert {
  /** Of the server that has it; without a login. */
  readonly address: string;
  /** When its last byte was sent, in milliseconds since 1970. */
  readonly sinceMs: number;
  /**
   * The host can't be asked whether an earlier insert still runs there, and the batch waits for that; at the latest until
   * then, in milliseconds since 1970. Left out where the host has the insert.
   */
  readonly untilMs?: number | undefined;
}

/** Frozen: running workflows know the signal by this name. */
export const INSERT_WAITS_SIGNAL = 'insertWaits';

/** The argument of the signal, by which workers tell that an insert of a batch waits inside ClickHouse, and that it ended. */
export interface InsertWaits {
  readonly lane: number;
  readonly batch: number;
  /** Null once it has ended. */
  readonly waits: SilentInsert | null;
}

/** Work in hand with what is known of its insert. */
export function withInsertWaits<Work extends InHand>(
  work: Work,
  { batch, waits }: InsertWaits,
): Work {
  if (work.what !== batchInHand(batch)) return work;
  return { ...work, waitsFor: waits === null ? undefined : describeSilence(waits) };
}

/** A batch in the words of `InHand`. */
export function batchInHand(batch: number): string {
  return `batch ${batch}`;
}

/** ClickHouse does not say what it waits for: these are what makes an insert wait where all else is well. */
export function describeSilence({ address, sinceMs, untilMs }: SilentInsert): string {
  if (untilMs !== undefined) {
    return `ClickHouse at ${address} can't be asked, since ${instant(sinceMs)}, whether an earlier insert of the batch still runs there; the batch goes on once that host answers, or at ${instant(untilMs)}, when none can run any more`;
  }
  return `ClickHouse at ${address} has had an insert since ${instant(sinceMs)} without answering; it may wait for Keeper, for other replicas or for its disks`;
}
