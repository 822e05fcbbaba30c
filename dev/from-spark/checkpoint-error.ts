import { UsageError } from '../command-line/usage-error.js';

/** A pipeline can't continue from this checkpoint. The message says why and what to do. */
export class CheckpointError extends UsageError {}
