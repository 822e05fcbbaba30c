import type { InsertWaits, LogSeen } from '../pipeline/messages.js';
import type { RunningPipeline } from '../pipeline/side-by-side.js';

/** What activities ask Temporal about workflows, and report to them. */

/** Claims the start of a pipeline without an end until everybody can see that it runs. */
export interface StartClaim extends RunningPipeline {
  readonly runId: string;
}

/** A claim by another start, or by an earlier run of this workflow. */
export interface HeldClaim {
  /** Null if it can't be read. */
  readonly by: StartClaim | null;
  /** Ends this claim, but no later one with its name. */
  end(): Promise<void>;
}

/** Reports to a running pipeline what one of its activities has found out before the activity ends. */
export interface PipelineMessages {
  logSeen(workflowId: string, seen: LogSeen): Promise<void>;
  insertWaits(workflowId: string, waits: InsertWaits): Promise<void>;
}

/** Asks Temporal about other pipelines, and prevents two of them from starting for the same records and table. */
export interface WorkflowLookUp {
  isRunning(workflowId: string): Promise<boolean>;
  /**
   * Pipelines of the namespace that have resolved their settings. Visibility lags a moment behind: some may have ended, and
   * pipelines that have just continued as new or were reset are included.
   */
  listedPipelines(): Promise<readonly RunningPipeline[]>;
  /** Current run of this workflow. Null if it does not run. Its settings are null until they are resolved. */
  currentPipeline(
    workflowId: string,
  ): Promise<{ readonly settings: RunningPipeline | null } | null>;
  /** When this run ended, in milliseconds since 1970. Null while it is open, 0 if Temporal knows no such run. */
  endedMs(run: { readonly workflowId: string; readonly runId: string }): Promise<number | null>;
  /** Claims a start under this name unless it is claimed already. Atomic in the whole namespace. Null if the claim succeeded. */
  tryClaim(name: string, claim: StartClaim): Promise<HeldClaim | null>;
  /** Whether another run of this workflow id ended so recently that its attempts may still be running. */
  hasJustEnded(workflowId: string, options: { readonly exceptRunId: string }): Promise<boolean>;
  /** Whether Temporal waits for exactly this attempt. Throws if that can't be determined. */
  isCurrentAttempt(attempt: {
    readonly workflowId: string;
    readonly runId: string;
    readonly activityId: string;
    readonly attempt: number;
  }): Promise<boolean>;
}
