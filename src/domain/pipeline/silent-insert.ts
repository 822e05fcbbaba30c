import type { InHand } from './public-types.js';

/** An insert that ClickHouse has taken whole and not answered for a while. */
export interface SilentInsert {
  /** Of the server that has it; without a login. */
  readonly address: string;
  /** When its last byte was sent, in milliseconds since 1970. */
  readonly sinceMs: number;
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
export function describeSilence({ address, sinceMs }: SilentInsert): string {
  const since = new Date(sinceMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return `ClickHouse at ${address} has had an insert since ${since} without answering; it may wait for Keeper, for other replicas or for its disks`;
}
