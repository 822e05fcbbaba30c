/** Every bound of the product in one place, with its unit and its reason. */

/** Fetches that a batch holds beside its block: the one in work and those that were asked for ahead. */
export const FETCH_AHEAD_BYTES = 16 * 1_024 * 1_024;

/** An attempt that was silent for longer is given to another worker, and sends nothing more itself. */
export const HEARTBEAT_TIMEOUT_MS = 3_000;

/** Seconds of silence after which a batch is given to another worker, where MILLRACE_FAILOVER_SECONDS says nothing else. */
export const FAILOVER_SECONDS = HEARTBEAT_TIMEOUT_MS / 1_000;

/** A wait of an idle pipeline may be silent for so many times as long: its heartbeats are all that it costs. */
export const IDLE_HEARTBEAT_FACTOR = 20;

/** Heartbeats of a batch per timeout: two may be lost or late. */
export const HEARTBEATS_PER_TIMEOUT = 3;

/** A workflow task of a worker that is gone is given to another one after this; Temporal's own 10 s would be seen as a stall. */
export const WORKFLOW_TASK_TIMEOUT_MS = 5_000;

/** Heartbeats leave at most this far apart, so that a cancellation is heard soon. */
export const HEARTBEAT_THROTTLE_MS = 500;

/** One attempt of a batch: longer than the insert's own deadline, so that the deadline speaks first. */
export const INGEST_TIMEOUT_MS = 15 * 60_000;

/** A long poll that saw nothing new returns, so that history shows a pipeline that is alive. */
export const AWAIT_IDLE_MS = 5 * 60_000;

/** After so long without records a pipeline counts as idle, and waits with fewer heartbeats. */
export const AWAIT_BUSY_MS = 60_000;

/** While records wait for open transactions a long poll returns sooner, so that `status` tells their lag. */
export const AWAIT_UNDECIDED_MS = 30_000;

/** A partition whose leader has not answered for so long is named in `status` and in the log: leaders move within less. */
export const UNAVAILABLE_TOLD_MS = 3_000;

/** Warnings about brokers that don't answer which `status` lists; further ones are counted. */
export const UNAVAILABLE_SHOWN = 5;

/** Partitions without an answer that carried state keeps, some 110 bytes each. Further ones are found when they are read. */
export const UNAVAILABLE_KEPT = 500;

/** A transaction that has been open for longer is a warning: Kafka's default ends it after 60 s. */
export const OPEN_TRANSACTION_WARN_MS = 60_000;

/** Warnings about open transactions that `status` lists; further ones are counted. */
export const OPEN_TRANSACTIONS_SHOWN = 5;

/** Open transactions that carried state keeps, some 80 bytes each: the oldest ones. */
export const OPEN_TRANSACTIONS_KEPT = 200;

/**
 * While a batch is retried its workers tell the workflow where the log ends: after a minute, then with pauses of a
 * twentieth of the time that has passed, at most an hour. A batch that is stuck for a month makes some 700 events so.
 */
export const LOG_SEEN_FIRST_MS = 60_000;
export const LOG_SEEN_MAX_MS = 3_600_000;
export const LOG_SEEN_SHARE = 20;

/** How long a drain waits for running batches before it cancels and carries them. */
export const DRAIN_TIMEOUT_MS = 60_000;

/**
 * The same for `configure`, which is what an operator tries with a batch that goes nowhere. Nothing but time is lost where
 * a batch is cancelled that would have ended: the next run finds its rows.
 */
export const CONFIGURE_DRAIN_TIMEOUT_MS = 15_000;

/** An activity is tried again after 200 ms, then twice as long each time, at most this long. */
export const RETRY_FIRST_MS = 200;
export const MAX_RETRY_MS = 10_000;

/** A person has to act first: asking more often only fills logs. */
export const OPERATOR_RETRY_MS = 10_000;

/** Merges that are behind, or a full disk, need seconds at least. */
export const SLOW_DOWN_RETRY_MS = 5_000;

/**
 * A commit to Kafka only mirrors the cursor: a batch does not wait longer for it. Kafka takes up to 5 s while a broker that
 * holds a copy of the group's offsets hangs, and no partition waits for another one's broker for so long.
 */
export const COMMIT_TIMEOUT_MS = 1_500;

/** Kafka forgets the offsets of an idle group after 7 days. */
export const RECOMMIT_MS = 24 * 3_600_000;

export const MAX_LANES = 16;

/** 50 batches in the query `batches` and in carried state: a screen, and a few KiB. */
export const RECENT_BATCHES = 50;

/** Warnings kept for `status`: the newest ones. */
export const WARNINGS_KEPT = 10;

/** Decisions kept for `status`: the newest ones. All of them are in the history. */
export const DECISIONS_KEPT = 20;

/** While a warning about the table is open, it is described again after this: whoever ran the statement looks at once. */
export const TABLE_REFRESH_MS = 10_000;

/** What no version of the table shows, such as the window of a table behind a view, changes seldom. */
export const TABLE_RECHECK_MS = 10 * 60_000;

/** A summary in the Temporal UI may hold 200 bytes by its documentation. */
export const SUMMARY_BYTES = 200;

/** The details page may hold 20,000 bytes; partitions beyond this many are counted, not listed. */
export const DETAILS_PARTITIONS = 40;

/** Bytes per record assumed before anything was read: the first batch stays well below the block limit. */
export const FIRST_BYTES_PER_RECORD = 1_024;

/** ClickHouse refuses a block over 100 distinct table partitions (max_partitions_per_insert_block). */
export const TABLE_PARTITIONS_PER_BLOCK = 100;

/** Fewer rejections than this never hold a partition. */
export const REJECTIONS_TOLERATED = 1_000;

/**
 * Smallest block, in bytes of record values, that is halved because ClickHouse lacked memory or time for it: what has no
 * room for that has none for less, and a server that is short of memory for a while must not leave blocks of single rows.
 */
export const MIN_SHRINK_BYTES = 64 * 1_024;

/**
 * Attempts in a row that end with the same failure before it is blamed on the records, or on the size of their block.
 * Their pauses take 0.6 s: an `ALTER` in progress or a server that restarts seldom answers the same way for so long.
 */
export const REPEATS_BEFORE_BLAME = 3;

/**
 * Attempts in a row that end with a refusal which can't be isolated before its records are held: with pauses of at most
 * 10 s that is a minute, so that an operator who is at work on the table needs no second command.
 */
export const REPEATS_BEFORE_HOLD = 10;

/**
 * Rows that the table may refuse one after the other, with a number that is not known to be about values and without
 * taking any in between, before the table is blamed instead of the rows.
 */
export const MAX_REFUSED_IN_A_ROW = 10;

/** Rows of a refused block, at most, that are sent one by one: halving fewer takes as many requests, and more plans. */
export const ISOLATED_AT_ONCE = 16;

/** Blocks that must succeed before a shrunk cut doubles again. */
export const GROW_AFTER_BLOCKS = 10;

/**
 * A run continues as new at so many events, when no activity is open: replaying them takes a fraction of a workflow task's
 * timeout, also on a machine that is ten times slower.
 */
export const HISTORY_EVENTS_MAX = 600;

/** With so many events it no longer waits for a moment without open activities. */
export const HISTORY_EVENTS_URGENT = 1_200;

/** How often the lane that has all partitions is checked for a batch that does not end: it is noticed after 10 to 20 s. */
export const LANE_CHECK_MS = 10_000;

/** A run continues as new at this age at the latest, so that no old code stays in use for long. */
export const MAX_RUN_AGE_MS = 24 * 3_600_000;

/** An insert whose body goes this long without a byte taken is given up: the network or the server hangs. */
export const INSERT_IDLE_MS = 30_000;

/** An insert that waits inside ClickHouse for longer is told of: ClickHouse itself retries Keeper for minutes. */
export const INSERT_SILENCE_MS = 10_000;

/** An insert that takes longer is too large for this server: the next cut is smaller. */
export const INSERT_DEADLINE_MS = 10 * 60_000;

/**
 * With several hosts of ClickHouse: one that has not answered for so long is asked for a sign of life before it is used,
 * which may take so long. So many in a row without one end the requests that wait there.
 */
export const HOST_FRESH_MS = 2_000;
export const HOST_PROBE_MS = 5_000;
export const HOST_PROBE_MISSES = 3;

/** A host that was down is asked last for so long. */
export const HOST_DOWN_MS = 30_000;

/**
 * How long an insert of ours may run on a host that can't be asked, measured from the begin of the attempt that waits for
 * it: the server ends an insert at its deadline, and for half a minute it may be busy with ending it.
 */
export const INSERT_GONE_MS = INSERT_DEADLINE_MS + 30_000;

/** Everything else that is asked of ClickHouse: looking into a billion rows takes seconds. */
export const QUERY_DEADLINE_MS = 2 * 60_000;

/** Between two questions whether earlier inserts still run. */
export const FENCE_POLL_MS = 100;

/** Between two questions whether a host that could not be asked answers again. */
export const UNASKED_POLL_MS = 500;

/** An attempt that waits longer for earlier inserts ends, so that its failure shows what it waits for. */
export const FENCE_TIMEOUT_MS = 30_000;

/**
 * Sends that follow a look within one attempt. One in twenty killed inserts is acknowledged on its repeat although rows
 * are gone (measured), so that a second round is rare and a tenth means that the table loses rows by itself.
 */
export const READ_BACK_ROUNDS = 10;

/** Leader epochs kept of each partition: more elections than these between two records that were read are not told apart. */
export const MAX_LEADER_EPOCHS = 6;

/** Views behind views that preflight follows, in all: a chain that is longer is not understood. */
export const MAX_VIEWS = 100;

/** Offsets that are compared at once: ten bytes for each, 22 at most, are all that `verify` holds of a partition. */
export const VERIFY_CHUNK_OFFSETS = 500_000;

/** Of so many offsets `verify` compares the event of one: 500 for each chunk, in one question of a few KiB. */
export const VERIFY_SAMPLE_OFFSETS = 1_000;

/** Elections within a chunk behind which it does so as well. More of them are no healthy cluster, and it has the thousandths. */
export const VERIFY_SAMPLED_ELECTIONS = 500;

/** Offsets that one activity compares, so that progress shows and a stop is heard: half a minute of work. */
export const VERIFY_SLICE_OFFSETS = 5_000_000;

/** Partitions that one `verify` compares side by side. */
export const VERIFY_PARTITIONS_AT_ONCE = 4;

/** Memory for the hashes of a chunk in `verify`, four bytes for each value: tables with more than 16 columns get smaller chunks. */
export const VERIFY_HASH_BYTES = 32 * 1_024 * 1_024;

/** Bytes of record values, and rows, that are sent for comparison at once. ClickHouse holds them in memory for that time. */
export const VERIFY_BLOCK_BYTES = 8 * 1_024 * 1_024;
export const VERIFY_BLOCK_ROWS = 100_000;

/** Offsets that one activity compares by content: the work of up to a few minutes. */
export const VERIFY_CONTENT_SLICE_OFFSETS = 1_000_000;

/** Up to so many rows are asked for by their offsets, in a query of some KiB; for more, the whole range is read. */
export const VERIFY_LISTED_ROWS = 2_000;

/** Values that differ which a report names; further ones are counted. */
export const DIFFERENCES_REPORTED = 100;

/** Ranges that a report names; further ones are counted. */
export const RANGES_REPORTED = 100;

/** Partitions that a report lists, some 300 bytes each; further ones are in the sums. */
export const PARTITIONS_REPORTED = 1_000;

/** Dead letters that are judged at once: one insert, and a list of keys that fits into a statement or two. */
export const REDRIVE_LETTERS = 10_000;

/** Bytes of their values; a single letter may be larger. */
export const REDRIVE_BYTES = 32 * 1_024 * 1_024;

/** Positions in a run are 32-bit numbers. */
const EXPANDED_BYTES_MAX = 1_024 * 1_024 * 1_024;

/** Of a worker's memory, what the engine's readers hold in all at most. Batches share the rest. */
const ENGINE_SHARE = 1 / 8;

/** A reader of the engine that no batch has asked for in this time may be dropped: no attempt of any activity lasts longer. */
export const ENGINE_READER_UNUSED_MS = 3_600_000;

/** Bytes that the engine's readers hold in all at most, of the bytes of `MILLRACE_MEMORY_MIB`: an eighth. */
export function engineMemoryBytes(memoryBytes: number): number {
  return Math.floor(memoryBytes * ENGINE_SHARE);
}

/** Bytes that all batches of a worker share, of the bytes of `MILLRACE_MEMORY_MIB`: what is not the engine's. */
export function batchMemoryBytes(memoryBytes: number): number {
  return memoryBytes - engineMemoryBytes(memoryBytes);
}

/**
 * The largest record batch that a worker reads, in bytes after expansion, of the bytes of `MILLRACE_MEMORY_MIB`: half of
 * what batches share, because expanding takes up to twice the result for a while. That is 7/16.
 */
export function largestBatchBytes(memoryBytes: number): number {
  return Math.min(EXPANDED_BYTES_MAX, Math.floor(batchMemoryBytes(memoryBytes) / 2));
}

/** The whole bytes of `MILLRACE_MEMORY_MIB` with which a batch that expands to so many bytes can be read. */
export function memoryBytesFor(batchBytes: number): number {
  return Math.ceil((2 * batchBytes) / (1 - ENGINE_SHARE));
}
