import { parsePipelineInput } from '../domain/pipeline/input.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';
import { accepted, decimalNumber, given, jsonObject, position, wholeNumber } from './values.js';
import type { Options, Values } from './verb.js';

/** Options for settings that can also be changed in a running pipeline. */
export const BATCH_OPTIONS = {
  lanes: { type: 'string', value: 'N', help: 'how many batches are moved in parallel, 1 to 16' },
  'max-rows': { type: 'string', value: 'N', help: 'records in one batch' },
  'max-bytes': { type: 'string', value: 'N', help: 'bytes of record values in one batch' },
  'interval-seconds': { type: 'string', value: 'S', help: 'how long a batch may wait to fill' },
} as const satisfies Options;

/** The fields of a pipeline's input. */
export const PIPELINE_OPTIONS = {
  topic: { type: 'string', value: 'NAME', help: 'Kafka topic' },
  group: { type: 'string', value: 'NAME', help: 'consumer group that keeps the offsets' },
  table: { type: 'string', value: 'NAME', help: 'TABLE or DATABASE.TABLE' },
  contract: {
    type: 'string',
    value: 'NAME',
    help: 'how records become rows: stream_events, table, or a contract of your config',
  },
  from: {
    type: 'string',
    value: 'POSITION',
    help: 'where to start if the group has no offsets: committed, earliest, latest, an instant, or {"offsets":{...}}',
  },
  until: {
    type: 'string',
    value: 'POSITION',
    help: 'where the run ends: now, an instant, or {"offsets":{...}}; without it, the run does not end by itself',
  },
  replay: { type: 'boolean', help: 'read again from --from, and insert duplicates on purpose' },
  existing: {
    type: 'string',
    value: 'WHAT',
    help: 'with --until: skip or insert the offsets that the table already has',
  },
  'on-data-loss': {
    type: 'string',
    value: 'WHAT',
    help: 'hold or skip: what to do if retention removed records before they were read',
  },
  guarantee: {
    type: 'string',
    value: 'LEVEL',
    help: 'exactly-once: refuse a table that cannot guarantee it; report: only show what the table guarantees',
  },
  log: {
    type: 'string',
    value: 'WHICH',
    help: 'if the table has rows from another log of the topic: new if this log has other records, same if it has the same records',
  },
  durability: {
    type: 'string',
    value: 'HOW',
    help: 'fsync: ClickHouse writes rows to disk before it answers; server: its settings decide',
  },
  ...BATCH_OPTIONS,
  input: {
    type: 'string',
    value: 'JSON',
    help: 'the whole input as one JSON object; other options override it',
  },
} as const satisfies Options;

/** Overrides the base with the options and checks the result as the workflow does. Throws `UsageError`. */
export function pipelineInput(
  base: PipelineInput,
  values: Values<typeof PIPELINE_OPTIONS>,
): PipelineInput {
  const json = values.input === undefined ? {} : jsonObject('input', values.input);
  const { topic, group, table, contract, from, until, replay, existing } = values;
  const { guarantee, log, durability } = values;
  const whole = { ...base, ...json };
  const { lanes, batch } = batchChange(values);
  const options = given({
    ...{ topic, groupId: group, table, contract, replay, existing, guarantee, log, durability },
    from: from === undefined ? undefined : position('from', from),
    until: until === undefined ? undefined : position('until', until),
    onDataLoss: values['on-data-loss'],
    lanes,
    batch: batch && { ...whole.batch, ...batch },
  });
  return accepted(parsePipelineInput({ ...whole, ...options }));
}

/** The changes that the batch options ask for; empty without any. */
export function batchChange(values: Values<typeof BATCH_OPTIONS>): {
  readonly lanes?: number | undefined;
  readonly batch?: NonNullable<PipelineInput['batch']> | undefined;
} {
  const number = (name: 'lanes' | 'max-rows' | 'max-bytes') => {
    const text = values[name];
    return text === undefined ? undefined : wholeNumber(name, text);
  };
  const seconds = values['interval-seconds'];
  const batch = given({
    maxRows: number('max-rows'),
    maxBytes: number('max-bytes'),
    intervalSeconds: seconds === undefined ? undefined : decimalNumber('interval-seconds', seconds),
  });
  return given({
    lanes: number('lanes'),
    batch: Object.keys(batch).length === 0 ? undefined : batch,
  });
}
