import { UsageError } from '../command-line/usage-error.js';

/** The checkpoint can't be moved on from; the message says why, and what to do. */
export class CheckpointError extends UsageError {}
