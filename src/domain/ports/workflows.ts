import type { InsertWaits, LogSeen } from '../pipeline/messages.js';
import type { RunningPipeline } from '../pipeline/side-by-side.js';

/** What is asked of Temporal about workflows, and told to them. */

/** Stands for an endless pipeline from its start until everybody can see that it runs. */
export interface StartClaim extends RunningPipeline {
  readonly runId: string;
}

/** A claim that another start has made, or an earlier run of this workflow. */
export interface HeldClaim {
  /** Null where it can't be read. */
  readonly by: StartClaim | null;
  /** Ends this claim, and no later one of its name. */
  end(): Promise<void>;
}

/** Tells a running pipeline what an activity of it has found out before it ends. */
export interface PipelineMessages {
  logSeen(workflowId: string, seen: LogSeen): Promise<void>;
  insertWaits(workflowId: string, waits: InsertWaits): Promise<void>;
}

/** Asks Temporal about other pipelines, and keeps them from starting side by side. */
export interface WorkflowLookUp {
  isRunning(workflowId: string): Promise<boolean>;
  /**
   * Those of the namespace that have resolved their settings, as visibility knows them: a moment late. Some may have ended;
   * those that have just continued as new, or were reset, are among them.
   */
  listedPipelines(): Promise<readonly RunningPipeline[]>;
  /** What this workflow is at the moment; null where it does not run. Its settings are null until they are resolved. */
  currentPipeline(
    workflowId: string,
  ): Promise<{ readonly settings: RunningPipeline | null } | null>;
  /** When this run ended, in milliseconds since 1970; null while it is open, 0 where Temporal knows no such run. */
  endedMs(run: { readonly workflowId: string; readonly runId: string }): Promise<number | null>;
  /** Claims a start under this name unless it is claimed: atomic in the whole namespace. Null: it is claimed now. */
  tryClaim(name: string, claim: StartClaim): Promise<HeldClaim | null>;
  /** Another run of this workflow id ended so lately that its attempts may still be at work. */
  hasJustEnded(workflowId: string, options: { readonly exceptRunId: string }): Promise<boolean>;
  /** Temporal waits for exactly this attempt; throws where that can't be found out. */
  isCurrentAttempt(attempt: {
    readonly workflowId: string;
    readonly runId: string;
    readonly activityId: string;
    readonly attempt: number;
  }): Promise<boolean>;
}
