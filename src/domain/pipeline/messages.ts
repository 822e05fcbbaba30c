import type { Offset } from '../records/offset-range.js';
import type { BatchLimitsInput } from './settings.js';

/**
 * What a running pipeline is told: by people, whose messages change only with the major version, and by its own workers.
 */

/** Why somebody pauses or stops: `status` shows it. */
export interface PauseInput {
  readonly reason?: string | undefined;
}

export type StopInput = PauseInput;

/** What changes from the next batch on; what is left out stays. */
export interface ConfigureInput {
  readonly batch?: BatchLimitsInput | undefined;
  readonly lanes?: number | undefined;
}

/** A decision on a held partition. */
export interface ResolveHoldInput {
  /** `all`: every partition that is held. */
  readonly partition: number | 'all';
  /** `retry` and `continue` plan the held range again and reconcile it first; `skipTo` skips records. */
  readonly action: 'retry' | 'skipTo' | 'continue';
  /** With `skipTo`: the next offset to read. */
  readonly offset?: Offset | undefined;
}

/** The argument of the signal, by which workers tell of log ends while a batch is being retried. */
export interface LogSeen {
  readonly topicId: string;
  readonly atMs: number;
  /** By partition, from 0 on. */
  readonly ends: readonly Offset[];
  readonly logEnds: readonly Offset[];
  /** Of the leaders that named `ends`, -1 where one said none; left out by older releases. */
  readonly leaderEpochs?: readonly number[] | undefined;
}

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

/** The argument of the signal, by which workers tell that an insert of a batch waits inside ClickHouse, and that it ended. */
export interface InsertWaits {
  readonly lane: number;
  readonly batch: number;
  /** Null once it has ended. */
  readonly waits: SilentInsert | null;
}

/** Frozen: running workflows know the signal by this name. */
export const LOG_SEEN_SIGNAL = 'logSeen';

/** Frozen: running workflows know the signal by this name. */
export const INSERT_WAITS_SIGNAL = 'insertWaits';
