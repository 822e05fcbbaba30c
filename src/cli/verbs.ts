import type { Verb } from './verb.js';

/** A verb as the list knows it: its file is loaded when it is called. */
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
    name: 'check',
    summary: 'Checks the config, its types, the servers, the tables and the guarantees',
    group: 'Set up',
    load: async () => (await import('./verbs/check.js')).check,
  },
  {
    name: 'ddl',
    summary: 'Prints the CREATE TABLE or the ALTERs that a pipeline needs',
    group: 'Set up',
    load: async () => (await import('./verbs/ddl.js')).ddl,
  },
  {
    name: 'worker',
    summary: 'Runs a worker with the contracts of the config file',
    group: 'Run',
    load: async () => (await import('./verbs/worker.js')).worker,
  },
];
