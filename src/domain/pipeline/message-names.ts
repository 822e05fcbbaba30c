/** The types of the workflows that people start. Frozen: they are in scripts and in running workflows. */
export const WORKFLOW_TYPES = {
  pipeline: 'pipeline',
  verify: 'verify',
  redrive: 'redrive',
} as const;

/** What people send to workflows and ask of them. Frozen for the same reason. */
export const MESSAGE_NAMES = {
  /** Signals of `pipeline`; `verify` and `redrive` know `stop` as well. */
  pause: 'pause',
  resume: 'resume',
  stop: 'stop',
  /** Updates of `pipeline`. */
  configure: 'configure',
  resolveHold: 'resolveHold',
  /** Queries: `status` of `pipeline` and `redrive`, `batches` of `pipeline`, `report` of `verify`. */
  status: 'status',
  batches: 'batches',
  report: 'report',
} as const;
