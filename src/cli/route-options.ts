import type { Options, Positional } from './verb.js';

/** A pipeline that was started. */
export const PIPELINE: Positional = {
  name: 'pipeline',
  help: 'its workflow id, as millrace list shows it',
};

/** Options that replace the name of a pipeline. The environment of the workers supplies what is left out. */
export const ROUTE_OPTIONS = {
  topic: { type: 'string', value: 'NAME', help: 'Kafka topic' },
  table: { type: 'string', value: 'NAME', help: 'TABLE or DATABASE.TABLE' },
  contract: { type: 'string', value: 'NAME', help: 'the contract of the pipeline' },
} as const satisfies Options;

/** Options for starting a workflow that ends by itself. */
export const RUN_OPTIONS = {
  input: {
    type: 'string',
    value: 'JSON',
    help: 'the whole input as one JSON object; other options override it',
  },
  id: { type: 'string', value: 'ID', help: 'its workflow id (default: a generated one)' },
  'task-queue': {
    type: 'string',
    value: 'NAME',
    help: 'task queue of the workers (default: MILLRACE_TASK_QUEUE, or millrace)',
  },
  detach: { type: 'boolean', help: 'do not wait for the result' },
} as const satisfies Options;
