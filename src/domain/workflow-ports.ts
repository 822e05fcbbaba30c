import type { LogSeen } from './pipeline/log-ends.js';

/** What is asked of Temporal about workflows, and told to them. */

/** An endless or bounded run, by its effective settings. */
export interface RunningPipeline {
  readonly workflowId: string;
  readonly topic: string;
  readonly groupId: string;
  /** As it was given: `table` or `database.table`. */
  readonly table: string;
  readonly bounded: boolean;
}

/** Tells a running pipeline what an activity of it has found out before it ends. */
export interface PipelineMessages {
  logSeen(workflowId: string, seen: LogSeen): Promise<void>;
}

/** Asks Temporal about other pipelines. */
export interface WorkflowLookUp {
  isRunning(workflowId: string): Promise<boolean>;
  /** Those of the namespace that have resolved their settings, as visibility knows them: a moment late. */
  runningPipelines(): Promise<readonly RunningPipeline[]>;
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
