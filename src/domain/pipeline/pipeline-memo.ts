import { z } from 'zod';
import { GUARANTEE_LEVELS, type GuaranteeLevel } from './guarantee-level.js';
import { HOLD_REASONS, type HoldReason, type PipelineStatus } from './public-types.js';

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
  readonly guarantee: GuaranteeLevel;
  /** Held partitions by reason. */
  readonly holds: Readonly<Partial<Record<HoldReason, number>>>;
  /** It ends by itself: what comes after its end is not its business. */
  readonly bounded: boolean;
}

const MEMO: z.ZodType<PipelineMemo> = z.object({
  state: z.enum(['starting', 'running', 'paused', 'draining', 'held', 'ended']),
  topic: z.string(),
  groupId: z.string(),
  table: z.string(),
  guarantee: z.enum(GUARANTEE_LEVELS),
  holds: z.partialRecord(z.enum(HOLD_REASONS), z.number()),
  bounded: z.boolean(),
});

/** Null where there is none that can be read: people and other releases write memos too. */
export function parsePipelineMemo(memo: unknown): PipelineMemo | null {
  return MEMO.safeParse(memo).data ?? null;
}

/** Null as long as the settings aren't resolved. */
export function pipelineMemo(status: PipelineStatus): PipelineMemo | null {
  const { state, settings, guarantee } = status;
  if (settings === null || guarantee === null) return null;
  const { topic, groupId, table, until } = settings;
  const holds: Partial<Record<HoldReason, number>> = {};
  for (const { reason } of status.holds) holds[reason] = (holds[reason] ?? 0) + 1;
  const bounded = until !== null;
  return { state, topic, groupId, table, guarantee: guarantee.level, holds, bounded };
}
