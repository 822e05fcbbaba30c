/** Every limit of the product in one place, each with its unit and its reason. */

/** Bytes that a batch may hold for fetches besides its block: the fetch in progress and the ones requested ahead. */
export const FETCH_AHEAD_BYTES = 16 * 1_024 * 1_024;

/** Temporal gives an attempt that was silent for longer to another worker. The silent attempt sends nothing more. */
export const HEARTBEAT_TIMEOUT_MS = 3_000;

/** Seconds of silence after which Temporal gives a batch to another worker, unless MILLRACE_FAILOVER_SECONDS is set. */
export const FAILOVER_SECONDS = HEARTBEAT_TIMEOUT_MS / 1_000;

/** An idle pipeline may wait this many times longer without a heartbeat, because its heartbeats are its only cost. */
export const IDLE_HEARTBEAT_FACTOR = 20;

/** Heartbeats that a batch sends per timeout: two may be lost or late. */
export const HEARTBEATS_PER_TIMEOUT = 3;

/**
 * After this, Temporal gives a workflow task of a dead worker to another one. Temporal's default of 10 s would look like a
 * stall.
 */
export const WORKFLOW_TASK_TIMEOUT_MS = 5_000;

/** Longest time between two heartbeats, so that an activity learns of its cancellation soon. */
export const HEARTBEAT_THROTTLE_MS = 500;

/** Timeout of one attempt of a batch. It is longer than the deadline of an insert, so that the insert's deadline fires first. */
export const INGEST_TIMEOUT_MS = 15 * 60_000;

/** A long poll that saw nothing new returns after this, so that the history shows that the pipeline is alive. */
export const AWAIT_IDLE_MS = 5 * 60_000;

/** A pipeline without records for this long counts as idle and sends fewer heartbeats while it waits. */
export const AWAIT_BUSY_MS = 60_000;

/** While records wait for open transactions, a long poll returns after this, so that `status` shows their lag. */
export const AWAIT_UNDECIDED_MS = 30_000;

/** `status` and the log name a partition whose leader has not answered for this long. A leader election takes less time. */
export const UNAVAILABLE_TOLD_MS = 3_000;

/** Warnings about brokers that don't answer: `status` lists this many and counts the rest. */
export const UNAVAILABLE_SHOWN = 5;

/** Partitions without an answer that carried state keeps, some 110 bytes each. A batch finds the others when it reads them. */
export const UNAVAILABLE_KEPT = 500;

/** A transaction that has been open for longer causes a warning. Kafka ends transactions after 60 s by default. */
export const OPEN_TRANSACTION_WARN_MS = 60_000;

/** Warnings about open transactions: `status` lists this many and counts the rest. */
export const OPEN_TRANSACTIONS_SHOWN = 5;

/** Open transactions that carried state keeps, some 80 bytes each. The oldest ones are kept. */
export const OPEN_TRANSACTIONS_KEPT = 200;

/**
 * While a batch is retried, its workers tell the workflow where the log ends: first after a minute, then at intervals of a
 * twentieth of the time that has passed, at most an hour. A batch that is stuck for a month adds some 700 events.
 */
export const LOG_SEEN_FIRST_MS = 60_000;
export const LOG_SEEN_MAX_MS = 3_600_000;
export const LOG_SEEN_SHARE = 20;

/** How long a drain waits for running batches. Then it cancels them, and the next run continues them. */
export const DRAIN_TIMEOUT_MS = 60_000;

/**
 * The same for `configure`, which operators try when a batch makes no progress. Cancelling a batch that would have ended
 * costs only time: the next run finds its rows.
 */
export const CONFIGURE_DRAIN_TIMEOUT_MS = 15_000;

/** Temporal retries an activity after 200 ms, then waits twice as long each time, up to this maximum. */
export const RETRY_FIRST_MS = 200;
export const MAX_RETRY_MS = 10_000;

/** Retry interval while a person has to act first. More frequent retries would only fill the logs. */
export const OPERATOR_RETRY_MS = 10_000;

/** Retry interval while merges are behind or a disk is full: both take seconds at least. */
export const SLOW_DOWN_RETRY_MS = 5_000;

/**
 * A batch waits no longer for its commit to Kafka, because the commit only mirrors the cursor. Kafka takes up to 5 s while
 * a broker with a replica of the group's offsets hangs, and no partition should wait that long for another one's broker.
 */
export const COMMIT_TIMEOUT_MS = 1_500;

/** Time between two attempts to commit, outside of any batch, what Kafka did not accept from one. */
export const COMMIT_AGAIN_MS = 30_000;

/**
 * How long a bounded run that has moved everything waits until Kafka accepts the last offsets. A run that is stopped waits
 * for `DRAIN_TIMEOUT_MS`.
 */
export const LAST_COMMIT_MS = 600_000;

/** Interval at which an idle pipeline commits again, because Kafka deletes the offsets of an idle group after 7 days. */
export const RECOMMIT_MS = 24 * 3_600_000;

export const MAX_LANES = 16;

/** Batches in the query `batches` and in carried state: they fill a screen and take a few KiB. */
export const RECENT_BATCHES = 50;

/** The newest warnings, as many as are kept for `status`. */
export const WARNINGS_KEPT = 10;

/** The newest decisions, as many as are kept for `status`. The history has all of them. */
export const DECISIONS_KEPT = 20;

/** Interval at which the table is described again while a warning about it is open, so that a fix shows soon. */
export const TABLE_REFRESH_MS = 10_000;

/**
 * Interval for what the table's version does not show, such as the deduplication window of a table behind a view. It rarely
 * changes.
 */
export const TABLE_RECHECK_MS = 10 * 60_000;

/** Temporal documents 200 bytes as the limit of a summary in its UI. */
export const SUMMARY_BYTES = 200;

/** Partitions that the details page lists, because it may hold 20,000 bytes. The rest are counted. */
export const DETAILS_PARTITIONS = 40;

/** Bytes per record assumed before anything has been read. They keep the first batch well below the block limit. */
export const FIRST_BYTES_PER_RECORD = 1_024;

/** Partitions of the table in one block: ClickHouse refuses more than 100 (`max_partitions_per_insert_block`). */
export const TABLE_PARTITIONS_PER_BLOCK = 100;

/** Fewer rejections than this never hold a partition. */
export const REJECTIONS_TOLERATED = 1_000;

/**
 * Smallest block, in bytes of record values, that is halved because ClickHouse lacked memory or time for it. A server that
 * cannot take a block of this size would not take half of it either, and a temporary lack of memory must not reduce blocks
 * to single rows.
 */
export const MIN_SHRINK_BYTES = 64 * 1_024;

/**
 * Consecutive attempts that end with the same failure before Millrace blames the records, or the size of their block. The
 * pauses between them add up to 0.6 s. A running `ALTER` or a restarting server rarely gives the same answer for that long.
 */
export const REPEATS_BEFORE_BLAME = 3;

/**
 * Consecutive attempts that end with a refusal that can't be isolated to single records, before the records are held. With
 * pauses of at most 10 s they take about a minute, so that an operator who is fixing the table needs no second command.
 */
export const REPEATS_BEFORE_HOLD = 10;

/**
 * Consecutive rows that the table may refuse before Millrace blames the table instead of the rows. This applies to errors
 * whose code is not known to be about values.
 */
export const MAX_REFUSED_IN_A_ROW = 10;

/** Largest refused block whose rows are sent one by one. Halving it would take as many requests, and more plans. */
export const ISOLATED_AT_ONCE = 16;

/** Blocks that must succeed before reduced block limits double again. */
export const GROW_AFTER_BLOCKS = 10;

/**
 * A run continues as new at this number of events, once no activity is open. Replaying them takes a fraction of a workflow
 * task's timeout, even on a machine that is ten times slower.
 */
export const HISTORY_EVENTS_MAX = 600;

/** At this number of events, a run continues as new even if activities are open. */
export const HISTORY_EVENTS_URGENT = 1_200;

/** How often the workflow checks whether the batch of the lane that has all partitions is stuck. It notices after 10 to 20 s. */
export const LANE_CHECK_MS = 10_000;

/** Maximum age of a run. It then continues as new, so that old code is not in use for long. */
export const MAX_RUN_AGE_MS = 24 * 3_600_000;

/** An insert is canceled when no byte of its body was accepted for this long: the network or the server hangs. */
export const INSERT_IDLE_MS = 30_000;

/** An insert that waits inside ClickHouse for longer is reported. ClickHouse itself retries Keeper for minutes. */
export const INSERT_SILENCE_MS = 10_000;

/** An insert that takes longer is too large for this server. The next split uses smaller blocks. */
export const INSERT_DEADLINE_MS = 10 * 60_000;

/**
 * For ClickHouse with several hosts. A host that has not answered for `HOST_FRESH_MS` is pinged before it is used, and gets
 * `HOST_PROBE_MS` to answer. `HOST_PROBE_MISSES` missed pings in a row end the requests that wait for the host.
 */
export const HOST_FRESH_MS = 2_000;
export const HOST_PROBE_MS = 5_000;
export const HOST_PROBE_MISSES = 3;

/** For this long, a host that was down is tried last. */
export const HOST_DOWN_MS = 30_000;

/**
 * How long an insert may run on a host that can't be asked, counted from the start of the attempt that waits for it. The
 * server ends an insert at its deadline, and may take half a minute to do so.
 */
export const INSERT_GONE_MS = INSERT_DEADLINE_MS + 30_000;

/** Deadline of every other request to ClickHouse: a query over a billion rows takes seconds. */
export const QUERY_DEADLINE_MS = 2 * 60_000;

/** Interval between two checks whether earlier inserts still run. */
export const FENCE_POLL_MS = 100;

/** Interval between two checks whether a host that could not be asked answers again. */
export const UNASKED_POLL_MS = 500;

/** An attempt that waits longer for earlier inserts ends, so that its failure shows what it waits for. */
export const FENCE_TIMEOUT_MS = 30_000;

/**
 * How often one attempt sends a block again after reconciling. One in twenty killed inserts is acknowledged on its repeat
 * although rows are missing (measured), so a second round is rare. A tenth round means that the table itself loses rows.
 */
export const READ_BACK_ROUNDS = 10;

/** Leader epochs kept for each partition. More elections than this between two records that were read can't be told apart. */
export const MAX_LEADER_EPOCHS = 6;

/** Views that preflight follows in total, views behind views included. A longer chain counts as unknown. */
export const MAX_VIEWS = 100;

/**
 * Offsets that are compared at once. `verify` needs ten bytes of memory for each, at most 22, and nothing else for a
 * partition.
 */
export const VERIFY_CHUNK_OFFSETS = 500_000;

/** `verify` compares the event of one in this many offsets: 500 in each chunk, in one query of a few KiB. */
export const VERIFY_SAMPLE_OFFSETS = 1_000;

/**
 * `verify` also compares the first event after each leader election, for at most this many elections in a chunk. A healthy
 * cluster has fewer.
 */
export const VERIFY_SAMPLED_ELECTIONS = 500;

/** Offsets that one activity compares: half a minute of work. It then reports progress and notices a stop. */
export const VERIFY_SLICE_OFFSETS = 5_000_000;

/** Partitions that one `verify` compares concurrently. */
export const VERIFY_PARTITIONS_AT_ONCE = 4;

/**
 * Memory for the hashes of a chunk in `verify`, four bytes for each value. Tables with more than 16 columns get smaller
 * chunks.
 */
export const VERIFY_HASH_BYTES = 32 * 1_024 * 1_024;

/** Bytes of record values, and rows, in one comparison request. ClickHouse holds them in memory during the request. */
export const VERIFY_BLOCK_BYTES = 8 * 1_024 * 1_024;
export const VERIFY_BLOCK_ROWS = 100_000;

/** Offsets that one activity compares by content: up to a few minutes of work. */
export const VERIFY_CONTENT_SLICE_OFFSETS = 1_000_000;

/** Up to this many rows are queried by their offsets, in a query of a few KiB. For more rows, the whole range is read. */
export const VERIFY_LISTED_ROWS = 2_000;

/** Differing values that a report names. The rest are counted. */
export const DIFFERENCES_REPORTED = 100;

/** Ranges that a report names. The rest are counted. */
export const RANGES_REPORTED = 100;

/** Partitions that a report lists, some 300 bytes each. The rest are included in the totals. */
export const PARTITIONS_REPORTED = 1_000;

/** Dead letters that are judged at once: one insert, and a list of keys that fits into one or two statements. */
export const REDRIVE_LETTERS = 10_000;

/** Bytes of the values of those dead letters. A single value may be larger. */
export const REDRIVE_BYTES = 32 * 1_024 * 1_024;

/** Limit of an expanded record batch, because positions in a run are 32-bit numbers. */
const EXPANDED_BYTES_MAX = 1_024 * 1_024 * 1_024;

/** Largest share of a worker's memory that all readers of the engine may hold together. Batches share the rest. */
const ENGINE_SHARE = 1 / 8;

/** A reader of the engine that no batch has used for this long may be dropped. No attempt of any activity lasts longer. */
export const ENGINE_READER_UNUSED_MS = 3_600_000;

/** Most bytes that all readers of the engine may hold together: an eighth of the bytes of `MILLRACE_MEMORY_MIB`. */
export function engineMemoryBytes(memoryBytes: number): number {
  return Math.floor(memoryBytes * ENGINE_SHARE);
}

/** Bytes that all batches of a worker share: the bytes of `MILLRACE_MEMORY_MIB` without the engine's share. */
export function batchMemoryBytes(memoryBytes: number): number {
  return memoryBytes - engineMemoryBytes(memoryBytes);
}

/**
 * The largest record batch that a worker reads, in bytes after decompression: 7/16 of the bytes of `MILLRACE_MEMORY_MIB`.
 * That is half of what batches share, because decompression temporarily needs up to twice the result.
 */
export function largestBatchBytes(memoryBytes: number): number {
  return Math.min(EXPANDED_BYTES_MAX, Math.floor(batchMemoryBytes(memoryBytes) / 2));
}

/** The bytes of `MILLRACE_MEMORY_MIB` that a worker needs to read a batch of this size after decompression. */
export function memoryBytesFor(batchBytes: number): number {
  return Math.ceil((2 * batchBytes) / (1 - ENGINE_SHARE));
}
