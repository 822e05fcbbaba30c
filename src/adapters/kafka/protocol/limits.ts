/** Bounds of the adapter, in bytes and milliseconds; every one has a default. */
export interface KafkaLimits {
  /** Bytes of one fetch, as they lie in the log. A batch that is larger comes whole all the same. */
  readonly fetchBytes: number;
  /** Bytes that one batch may expand to, or have. A larger one is `BatchTooLarge`. */
  readonly maxExpandedBatchBytes: number;
  readonly connectTimeoutMs: number;
  /**
   * Requests that carry no records, connecting included. Longer than a pause of the broker's garbage collector, and short
   * because a broker that hangs accepts connections and says nothing.
   */
  readonly answerTimeoutMs: number;
  /** Where another broker can be asked, or other partitions can go on, nobody waits longer for one that is silent. */
  readonly silentAfterMs: number;
  /** Fetches. Covers a whole answer: brokers with tiered storage take seconds to begin one. */
  readonly requestTimeoutMs: number;
  /** How long failures that may pass are tried again before they are thrown, and how long a read goes without progress. */
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

/** Answers of `fetchBytes` that one read holds at most: the one in work, and those that were asked for ahead. */
export const ANSWERS_HELD = 4;
