import type { Instant, Offset } from '../records/offset-range.js';

/** Settings of a pipeline. Released names and shapes of the input change only with the major version. */

/** Defaults from the worker's environment for what a pipeline's input leaves out. */
export interface SettingsDefaults {
  readonly topic: string;
  readonly groupId: string;
  /** `table` or `database.table`. */
  readonly table: string;
  /** Database of tables that are named without one. */
  readonly database: string;
  readonly intervalSeconds: number;
  /** Seconds of silence after which Temporal gives a batch to another worker. */
  readonly failoverSeconds: number;
}

/**
 * Where a group without committed offsets begins. `offsets` are keyed by partition. A timestamp selects the first record at
 * or after it.
 */
export type StartPosition =
  | 'committed'
  | 'earliest'
  | 'latest'
  | { readonly timestamp: Instant }
  | { readonly offsets: Readonly<Record<string, Offset>> };

/** Where a bounded run ends: `now` is the end of the log at the start. A timestamp, or an offset by partition, is exclusive. */
export type EndPosition =
  'now' | { readonly timestamp: Instant } | { readonly offsets: Readonly<Record<string, Offset>> };

/** Size limits of a batch, and how long it waits to fill. */
export interface BatchLimits {
  /** Records in one batch, over all its partitions. */
  readonly maxRows: number;
  /** Bytes of record values in one batch, estimated by the running average. It is also the hard limit of one block. */
  readonly maxBytes: number;
  /** How long a batch may wait to fill, in seconds. Fractions are allowed. */
  readonly intervalSeconds: number;
}

/** Limits that are left out come from the worker's environment or are the defaults. */
export type BatchLimitsInput = {
  readonly [Name in keyof BatchLimits]?: BatchLimits[Name] | undefined;
};

/** The argument of `pipeline`. Missing fields are filled from the worker's environment once, at the start. */
export interface PipelineInput {
  /** Name of the contract: `stream_events` by default, or `table`, which takes its columns from the table. */
  readonly contract?: string | undefined;
  /** Topic to read, `KAFKA_TOPIC` by default. */
  readonly topic?: string | undefined;
  /** Consumer group whose offsets are committed, `KAFKA_GROUP_ID` by default. */
  readonly groupId?: string | undefined;
  /** Target table as `table` or `database.table`, `CLICKHOUSE_TABLE` by default. */
  readonly table?: string | undefined;
  /** Where a group without offsets begins. In a bounded run, where the range begins. */
  readonly from?: StartPosition | undefined;
  /** Reads the records from `from` on again and inserts them as rows of the next epoch. It happens once for each start. */
  readonly replay?: boolean | undefined;
  /** Makes the run bounded: it completes when every partition has reached its end. */
  readonly until?: EndPosition | undefined;
  /** What to do with offsets that the table already holds. */
  readonly existing?: 'skip' | 'insert' | undefined;
  /** Limits of one batch. Defaults: 200,000 records, 64 MiB and `BATCH_INTERVAL_SECONDS`. */
  readonly batch?: BatchLimitsInput | undefined;
  /** Number of coroutines that plan and ingest concurrently: 1 to 16, and never more than partitions. */
  readonly lanes?: number | undefined;
  /** What to do when retention removed records before they were read. */
  readonly onDataLoss?: 'hold' | 'skip' | undefined;
  /** With `exactly-once`, the pipeline does not start if the table can't guarantee that. */
  readonly guarantee?: 'exactly-once' | 'report' | undefined;
  /**
   * Which log the rows in the table belong to if they came from another log with the topic's name. `new`: the topic has
   * other records than that log. `same`: it has the same records at the same offsets, like a mirror. Needed only if a start
   * asks for it.
   */
  readonly log?: 'new' | 'same' | undefined;
  /** `fsync` makes ClickHouse write rows to disk before it answers. */
  readonly durability?: 'fsync' | 'server' | undefined;
}

/** The effective settings of a run: its input, completed from the worker's environment. */
export interface PipelineSettings {
  /** `stream_events` if absent. */
  readonly contract?: string | undefined;
  readonly topic: string;
  readonly groupId: string;
  readonly table: string;
  readonly from: StartPosition;
  /** False if absent. */
  readonly replay?: boolean | undefined;
  readonly until: EndPosition | null;
  readonly existing: 'skip' | 'insert';
  readonly batch: BatchLimits;
  readonly lanes: number;
  readonly onDataLoss: 'hold' | 'skip';
  readonly guarantee: 'exactly-once' | 'report';
  readonly durability: 'fsync' | 'server';
}

const DEFAULT_ROWS = 200_000;
const DEFAULT_BYTES = 64 * 1_024 * 1_024;
const DEFAULT_LANES = 2;

/** The effective settings, and the names of those that came from the environment. */
export function completeSettings(
  input: PipelineInput,
  defaults: SettingsDefaults,
): { readonly settings: PipelineSettings; readonly fromEnvironment: readonly string[] } {
  const { batch = {} } = input;
  const settings: PipelineSettings = {
    ...(input.contract !== undefined && { contract: input.contract }),
    topic: input.topic ?? defaults.topic,
    groupId: input.groupId ?? defaults.groupId,
    table: input.table ?? defaults.table,
    from: input.from ?? 'committed',
    ...(input.replay && { replay: true }),
    until: input.until ?? null,
    existing: input.existing ?? 'insert',
    batch: {
      maxRows: batch.maxRows ?? DEFAULT_ROWS,
      maxBytes: batch.maxBytes ?? DEFAULT_BYTES,
      intervalSeconds: batch.intervalSeconds ?? defaults.intervalSeconds,
    },
    lanes: input.lanes ?? DEFAULT_LANES,
    onDataLoss: input.onDataLoss ?? 'hold',
    guarantee: input.guarantee ?? 'report',
    durability: input.durability ?? 'server',
  };
  const fromEnvironment = [
    ...(['topic', 'groupId', 'table'] as const).filter((name) => input[name] === undefined),
    ...(batch.intervalSeconds === undefined ? ['batch.intervalSeconds'] : []),
  ];
  return { settings, fromEnvironment };
}
