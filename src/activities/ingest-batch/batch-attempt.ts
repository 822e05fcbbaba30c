import type { BatchPlan } from '../../domain/pipeline/batch-plan.js';
import type { Log } from '../../domain/log/log.js';
import type { OffsetSpan } from '../../domain/records/offset-range.js';
import type { EpochWatch } from './epoch-watch.js';
import type { Execution } from '../attempt/execution.js';
import type { Isolation } from './isolation.js';
import type { Waiting } from '../attempt/running-inserts.js';
import type { Phases } from './phases.js';
import type { ReadMemory } from '../attempt/read-memory.js';
import type { Recount } from './recount.js';
import type { RepeatedFailures } from './repeated-failures.js';
import type { SendGuard } from '../attempt/fencing.js';

/** One attempt at a batch, with what all its steps need. */
export interface BatchAttempt {
  readonly plan: BatchPlan;
  /** The plan's log. */
  readonly log: Log;
  /** The plan's ranges as numbers. */
  readonly ranges: readonly OffsetSpan[];
  readonly execution: Execution;
  readonly guard: SendGuard;
  readonly waiting: Waiting;
  readonly phases: Phases;
  readonly memory: ReadMemory;
  readonly recount: Recount;
  readonly epochs: EpochWatch;
  readonly failures: RepeatedFailures;
  readonly isolation: Isolation;
  readonly signal: AbortSignal;
}
