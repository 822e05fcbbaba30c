import type { Options } from './verb.js';

/** Which table, for verbs that do not name a pipeline. The environment of the workers completes it. */
export const ROUTE_OPTIONS = {
  topic: { type: 'string', value: 'NAME', help: 'Kafka topic' },
  table: { type: 'string', value: 'NAME', help: 'TABLE or DATABASE.TABLE' },
  contract: { type: 'string', value: 'NAME', help: 'the contract of the pipeline' },
} as const satisfies Options;

/** How a workflow is started that ends by itself. */
export const RUN_OPTIONS = {
  input: {
    type: 'string',
    value: 'JSON',
    help: 'the whole input as one JSON object; other options win over it',
  },
  id: { type: 'string', value: 'ID', help: 'its workflow id; made up unless given' },
  'task-queue': {
    type: 'string',
    value: 'NAME',
    help: 'of the workers; MILLRACE_TASK_QUEUE or millrace unless given',
  },
  detach: { type: 'boolean', help: 'do not wait for the result' },
} as const satisfies Options;
