/** Bounds of the adapter, in bytes and milliseconds; every one has a default. */
export interface KafkaLimits {
  /** Most bytes of one fetch, compressed as in the log. A larger record batch still comes whole. */
  readonly fetchBytes: number;
  /** Most bytes that one record batch may have, or expand to. A larger one is `BatchTooLarge`. */
  readonly maxExpandedBatchBytes: number;
  readonly connectTimeoutMs: number;
  /**
   * Timeout of requests that carry no records, connecting included. It is longer than a garbage collection pause of a broker, and
   * short because a broker that hangs accepts connections and never answers.
   */
  readonly answerTimeoutMs: number;
  /** Longest wait for a silent broker if another one can be asked, or other partitions can continue. */
  readonly silentAfterMs: number;
  /** Timeout of fetches. Covers the whole answer: brokers with tiered storage take seconds to begin one. */
  readonly requestTimeoutMs: number;
  /** How long to retry after failures that may pass, and how long a read may go without progress. */
  readonly retryForMs: number;
}

export const DEFAULT_LIMITS: KafkaLimits = {
  fetchBytes: 4 * 1_024 * 1_024,
  maxExpandedBatchBytes: 128 * 1_024 * 1_024,
  connectTimeoutMs: 5_000,
  answerTimeoutMs: 4_000,
  silentAfterMs: 1_000,
  requestTimeoutMs: 30_000,
  retryForMs: 10_000,
};

/** A fetch waits this long for records that are not there yet. */
export const FETCH_WAIT_MS = 500;

/** Most answers of `fetchBytes` that one read holds: the one in use, and those that were fetched ahead. */
export const ANSWERS_HELD = 4;
