/** Types of the workflows that people start. Frozen: scripts and running workflows name them. */
export const WORKFLOW_TYPES = {
  pipeline: 'pipeline',
  verify: 'verify',
  redrive: 'redrive',
} as const;

/** Names of the messages to workflows. Frozen for the same reason. */
export const MESSAGE_NAMES = {
  /** Signals of `pipeline`. `verify` and `redrive` also have `stop`. */
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
