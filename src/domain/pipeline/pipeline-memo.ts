import type { HoldReason, PipelineStatus } from './public-types.js';

/** The name of the memo: people and dashboards read it. Frozen. */
export const MEMO_NAME = 'millrace';

/**
 * What `temporal workflow list` shows of a pipeline, without asking its workflow. Changes only when a person would want to
 * know, because each change is an event in the history.
 */
export interface PipelineMemo {
  readonly state: PipelineStatus['state'];
  readonly topic: string;
  readonly groupId: string;
  readonly table: string;
  readonly guarantee: 'exactly-once' | 'at-least-once';
  /** Held partitions by reason. */
  readonly holds: Readonly<Partial<Record<HoldReason, number>>>;
}

/** Null as long as the settings aren't resolved. */
export function pipelineMemo(status: PipelineStatus): PipelineMemo | null {
  const { state, settings, guarantee } = status;
  if (settings === null || guarantee === null) return null;
  const { topic, groupId, table } = settings;
  const holds: Partial<Record<HoldReason, number>> = {};
  for (const { reason } of status.holds) holds[reason] = (holds[reason] ?? 0) + 1;
  return { state, topic, groupId, table, guarantee: guarantee.level, holds };
}
