import type { Verb } from './verb.js';

/** An entry in the list of verbs. The file of a verb is loaded when the verb is called. */
export interface ListedVerb {
  readonly name: string;
  /** A line of the usage text. */
  readonly summary: string;
  readonly group: (typeof GROUPS)[number];
  readonly load: () => Promise<Verb>;
}

/** In the order of the usage text. */
export const GROUPS = ['Set up', 'Run', 'Operate', 'Check'] as const;

/** In the order of the usage text. */
export const VERBS: readonly ListedVerb[] = [
  {
    name: 'init',
    summary: 'Writes a config: from a topic, from a table, or an example',
    group: 'Set up',
    load: async () => (await import('./verbs/init.js')).init,
  },
  {
    name: 'sample',
    summary: 'Shows what a contract makes of the newest records of a topic',
    group: 'Set up',
    load: async () => (await import('./verbs/sample.js')).sample,
  },
  {
    name: 'check',
    summary: 'Checks the config, its types, the servers, the tables and the guarantees',
    group: 'Set up',
    load: async () => (await import('./verbs/check.js')).check,
  },
  {
    name: 'ddl',
    summary: 'Prints the statements that create or alter the tables of a pipeline',
    group: 'Set up',
    load: async () => (await import('./verbs/ddl.js')).ddl,
  },
  {
    name: 'demo',
    summary: 'Moves generated events of your contract on its own servers, and verifies them',
    group: 'Set up',
    load: async () => (await import('./verbs/demo.js')).demo,
  },
  {
    name: 'stack',
    summary: 'Starts Temporal, Kafka and ClickHouse on this machine, for development',
    group: 'Set up',
    load: async () => (await import('./verbs/stack.js')).stack,
  },
  {
    name: 'worker',
    summary: 'Runs a worker with the contracts of the config file',
    group: 'Run',
    load: async () => (await import('./verbs/worker.js')).worker,
  },
  {
    name: 'start',
    summary: 'Starts a pipeline that the config or options describe',
    group: 'Run',
    load: async () => (await import('./verbs/start.js')).start,
  },
  {
    name: 'list',
    summary: 'Lists the open pipelines with state, lag and rate',
    group: 'Operate',
    load: async () => (await import('./verbs/list.js')).list,
  },
  {
    name: 'status',
    summary: 'Shows state, lag, rates and holds of a pipeline, live with --watch',
    group: 'Operate',
    load: async () => (await import('./verbs/status.js')).status,
  },
  {
    name: 'pause',
    summary: 'Pauses a pipeline until it is resumed',
    group: 'Operate',
    load: async () => (await import('./verbs/pause.js')).pause,
  },
  {
    name: 'resume',
    summary: 'Resumes a paused pipeline',
    group: 'Operate',
    load: async () => (await import('./verbs/resume.js')).resume,
  },
  {
    name: 'stop',
    summary: 'Ends a pipeline after its running batches',
    group: 'Operate',
    load: async () => (await import('./verbs/stop.js')).stop,
  },
  {
    name: 'configure',
    summary: 'Changes lanes and batches of a running pipeline',
    group: 'Operate',
    load: async () => (await import('./verbs/configure.js')).configure,
  },
  {
    name: 'resolve',
    summary: 'Decides about held partitions',
    group: 'Operate',
    load: async () => (await import('./verbs/resolve.js')).resolve,
  },
  {
    name: 'verify',
    summary: 'Compares the topic with the table, and lists lost and duplicated offsets',
    group: 'Check',
    load: async () => (await import('./verbs/verify.js')).verify,
  },
  {
    name: 'redrive',
    summary: 'Tries dead letters again, or drops them',
    group: 'Check',
    load: async () => (await import('./verbs/redrive.js')).redrive,
  },
  {
    name: 'dead-letters',
    summary: 'Counts dead letters by reason, and lists the newest',
    group: 'Check',
    load: async () => (await import('./verbs/dead-letters.js')).deadLetters,
  },
];
