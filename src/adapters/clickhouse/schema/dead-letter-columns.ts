import { LOG_COLUMN } from '../../../domain/records/lineage.js';
import type { ExpectedColumn } from '../../../domain/table/drift.js';
import type { Settings } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/query-settings.js';

interface DeadLetterColumn extends ExpectedColumn {
  /** Must not contain quotes, because it goes into SQL as it is. */
  readonly comment: string;
  /** Tables of older releases lack the column, and others may use its name for something else. Both work without it. */
  readonly mayBeMissing?: true;
}

/** The table of dead letters: a record and why it was rejected. Names and types are frozen. */
export const DEAD_LETTER_COLUMNS: readonly DeadLetterColumn[] = [
  { name: '_topic', type: 'LowCardinality(String)', comment: 'Kafka topic' },
  {
    ...LOG_COLUMN,
    mayBeMissing: true,
    comment: 'Id of the topic in Kafka; a recreated topic has another one',
  },
  { name: '_epoch', type: 'UInt32', comment: 'Replay generation of the log, 0 at first' },
  { name: '_partition', type: 'UInt32', comment: 'Kafka partition' },
  {
    name: '_offset',
    type: 'UInt64',
    comment: 'Kafka offset; for a skip, the first skipped offset',
  },
  {
    name: '_end',
    type: 'UInt64',
    comment:
      'The offset after it: _offset + 1; for a skip, the first offset that was not skipped. sum(_end - _offset) counts offsets',
  },
  {
    name: '_timestamp',
    type: "DateTime64(3, 'UTC')",
    comment: 'Timestamp of the record in Kafka; 1970 for a skip',
  },
  { name: '_key', type: 'Nullable(String)', comment: 'Key of the record, byte for byte' },
  {
    name: '_headers',
    type: 'Array(Tuple(key String, value Nullable(String)))',
    comment: 'Headers of the record in their order; keys may repeat',
  },
  {
    name: 'value',
    type: 'Nullable(String)',
    comment: 'Value of the record, byte for byte; NULL if it has none',
  },
  {
    name: 'stage',
    type: 'LowCardinality(String)',
    comment:
      'What rejected the record: decode, validate, transform or insert; skip if a decision left it out',
  },
  { name: 'reason', type: 'LowCardinality(String)', comment: 'Rule that the record breaks' },
  { name: 'path', type: 'String', comment: 'Path of the field that breaks the rule' },
  { name: 'error', type: 'String', comment: 'What is wrong, in words' },
  { name: 'batch', type: 'String', comment: 'Workflow id and number of the batch' },
  {
    name: 'contract',
    type: 'LowCardinality(String)',
    mayBeMissing: true,
    comment:
      'Contract that rejected the record; empty for skips, and in rows that are older than this column (those are of stream_events)',
  },
  {
    name: 'schema',
    type: 'LowCardinality(String)',
    mayBeMissing: true,
    comment: 'Schema registry id at the start of the value; empty if there is none',
  },
  {
    name: 'at',
    type: "DateTime64(3, 'UTC')",
    default: "now64(3, 'UTC')",
    filledByServer: true,
    comment: 'When this row was written. The newest row of a record counts: read with FINAL',
  },
  {
    name: 'status',
    type: 'LowCardinality(String)',
    default: "'open'",
    filledByServer: true,
    comment: 'open, redriven or dropped',
  },
];

/** A record has one letter, and a skipped range never replaces it. */
export const DEAD_LETTER_KEY = ['_topic', '_epoch', '_partition', '_offset', '_end'] as const;

/** For SELECT ... FINAL: conditions apply to the newest row of a key, never to a row that it replaced. */
export const NEWEST_ROWS: Settings = {
  ...WHOLE_ANSWER,
  optimize_move_to_prewhere_if_final: 0,
};
