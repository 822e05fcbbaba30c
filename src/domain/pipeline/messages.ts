import type { Offset } from '../records/offset-range.js';
import type { BatchLimitsInput } from './settings.js';

/** Messages to a running pipeline. Those from people change only with the major version; the others come from its own workers. */

/** Why somebody pauses or stops the pipeline. `status` shows it. */
export interface PauseInput {
  readonly reason?: string | undefined;
}

export type StopInput = PauseInput;

/** Settings that change from the next batch on. What is left out stays as it is. */
export interface ConfigureInput {
  readonly batch?: BatchLimitsInput | undefined;
  readonly lanes?: number | undefined;
}

/** A decision about a held partition. */
export interface ResolveHoldInput {
  /** `all` means every held partition. */
  readonly partition: number | 'all';
  /** `retry` and `continue` plan the held range again and reconcile it first. `skipTo` skips records. */
  readonly action: 'retry' | 'skipTo' | 'continue';
  /** With `skipTo`: the next offset to read. */
  readonly offset?: Offset | undefined;
}

/** Argument of the signal by which workers report the ends of the log while a batch is being retried. */
export interface LogSeen {
  readonly topicId: string;
  readonly atMs: number;
  /** Ends by partition, from 0 on. */
  readonly ends: readonly Offset[];
  readonly logEnds: readonly Offset[];
  /** Epochs of the leaders that reported `ends`, -1 if unknown. Left out by older releases. */
  readonly leaderEpochs?: readonly number[] | undefined;
}

/**
 * An insert that ClickHouse received completely and has not answered, or one that may still run on a host that can't be
 * asked.
 */
export interface SilentInsert {
  /** Address of the server that has the insert, without credentials. */
  readonly address: string;
  /** When its last byte was sent, in milliseconds since 1970. */
  readonly sinceMs: number;
  /**
   * Set while the batch waits because the host can't be asked whether an earlier insert still runs there. The wait ends at
   * this time at the latest, in milliseconds since 1970. Left out if the host has the insert.
   */
  readonly untilMs?: number | undefined;
}

/** Argument of the signal by which workers report that an insert of a batch waits inside ClickHouse, and when it has ended. */
export interface InsertWaits {
  readonly lane: number;
  readonly batch: number;
  /** Null once the insert has ended. */
  readonly waits: SilentInsert | null;
}

/** Frozen: running workflows know the signal by this name. */
export const LOG_SEEN_SIGNAL = 'logSeen';

/** Frozen: running workflows know the signal by this name. */
export const INSERT_WAITS_SIGNAL = 'insertWaits';
