import type { Instant, Offset } from '../records/offset-range.js';

/** What a pipeline is asked to do. Released names and shapes of the input change only with the major version. */

/** What the worker's environment says where a pipeline's input says nothing. */
export interface SettingsDefaults {
  readonly topic: string;
  readonly groupId: string;
  /** `table` or `database.table`. */
  readonly table: string;
  /** Of tables that are named without one. */
  readonly database: string;
  readonly intervalSeconds: number;
  /** Silence after which a batch is given to another worker. */
  readonly failoverSeconds: number;
}

/** Where a group without committed offsets begins. Offsets are by partition; a timestamp is that of the first record to read. */
export type StartPosition =
  | 'committed'
  | 'earliest'
  | 'latest'
  | { readonly timestamp: Instant }
  | { readonly offsets: Readonly<Record<string, Offset>> };

/** Where a bounded run ends: what the log holds at its start, or before a timestamp or offset, by partition. */
export type EndPosition =
  'now' | { readonly timestamp: Instant } | { readonly offsets: Readonly<Record<string, Offset>> };

/** How large a batch becomes, and how long it waits. */
export interface BatchLimits {
  /** Records in one batch, over all its partitions. */
  readonly maxRows: number;
  /** Bytes of record values in one batch, by the running average; also the hard limit of one block. */
  readonly maxBytes: number;
  /** How long a batch may wait to fill, in seconds; may be fractional. */
  readonly intervalSeconds: number;
}

/** Limits that are left out come from the environment or are the defaults. */
export type BatchLimitsInput = {
  readonly [Name in keyof BatchLimits]?: BatchLimits[Name] | undefined;
};

/** The one argument of `pipeline`. Missing fields come from the worker's environment, once, at start. */
export interface PipelineInput {
  /** How records become rows: `stream_events` unless given, or `table`, which takes its columns from the table. */
  readonly contract?: string | undefined;
  /** `KAFKA_TOPIC` unless given. */
  readonly topic?: string | undefined;
  /** The consumer group whose offsets are committed; `KAFKA_GROUP_ID` unless given. */
  readonly groupId?: string | undefined;
  /** `table` or `database.table`. */
  readonly table?: string | undefined;
  /** Where a group without offsets begins; of a bounded run, where its range does. */
  readonly from?: StartPosition | undefined;
  /** Reads again from `from`, once for this start, and inserts rows of the next epoch. */
  readonly replay?: boolean | undefined;
  /** Makes the run bounded: it completes when every partition has reached its end. */
  readonly until?: EndPosition | undefined;
  /** What to do with offsets the table already holds. */
  readonly existing?: 'skip' | 'insert' | undefined;
  /** Limits of one batch: 200,000 records, 64 MiB and `BATCH_INTERVAL_SECONDS` unless given. */
  readonly batch?: BatchLimitsInput | undefined;
  /** 1 to 16 coroutines that plan and ingest side by side; never more than partitions. */
  readonly lanes?: number | undefined;
  /** What to do when retention has removed records before they were read. */
  readonly onDataLoss?: 'hold' | 'skip' | undefined;
  /** `exactly-once` refuses to start where the table can't carry it. */
  readonly guarantee?: 'exactly-once' | 'report' | undefined;
  /**
   * Whose the rows are that the table holds of another log of the topic's name: `new`, the topic's records are other ones;
   * `same`, it has the same records at the same offsets, as a mirror does. Needed only where a start asks for it.
   */
  readonly log?: 'new' | 'same' | undefined;
  /** `fsync` asks ClickHouse to have rows on disk before it answers. */
  readonly durability?: 'fsync' | 'server' | undefined;
}

/** The effective settings of a run: the input, completed from the environment. */
export interface PipelineSettings {
  /** Absent: `stream_events`. */
  readonly contract?: string | undefined;
  readonly topic: string;
  readonly groupId: string;
  readonly table: string;
  readonly from: StartPosition;
  /** Absent: false. */
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
