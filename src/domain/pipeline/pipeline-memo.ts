import { z } from 'zod';
import { GUARANTEE_LEVELS, type GuaranteeLevel } from '../table/guarantee-level.js';
import { HOLD_REASONS, type HoldReason } from '../holds/hold.js';
import type { PipelineStatus } from './pipeline-status.js';
import type { PipelineState } from './state.js';

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
  /** Of the table. These three are absent in memos of older releases. */
  readonly database?: string | undefined;
  readonly tableId?: string | undefined;
  readonly topicId?: string | undefined;
}

const MEMO: z.ZodType<PipelineMemo> = z.object({
  state: z.enum(['starting', 'running', 'paused', 'draining', 'held', 'ended']),
  topic: z.string(),
  groupId: z.string(),
  table: z.string(),
  guarantee: z.enum(GUARANTEE_LEVELS),
  holds: z.partialRecord(z.enum(HOLD_REASONS), z.number()),
  bounded: z.boolean(),
  database: z.string().optional(),
  tableId: z.string().optional(),
  topicId: z.string().optional(),
});

/** Null where there is none that can be read: people and other releases write memos too. */
export function parsePipelineMemo(memo: unknown): PipelineMemo | null {
  return MEMO.safeParse(memo).data ?? null;
}

/** Null as long as the settings aren't resolved. */
export function pipelineMemo(
  status: PipelineStatus,
  state: Pick<PipelineState, 'target' | 'topicId'> | null,
): PipelineMemo | null {
  const { settings, guarantee } = status;
  if (state === null || settings === null || guarantee === null) return null;
  const { topic, groupId, table, until } = settings;
  const holds: Partial<Record<HoldReason, number>> = {};
  for (const { reason } of status.holds) holds[reason] = (holds[reason] ?? 0) + 1;
  return {
    ...{ state: status.state, topic, groupId, table, guarantee: guarantee.level, holds },
    bounded: until !== null,
    database: state.target.table.database,
    tableId: state.target.tableId,
    topicId: state.topicId,
  };
}

/**
 * Whether a memo that is shown says the same. One that an older release wrote lacks fields; to add them alone would be an
 * event that the histories of its runs do not have.
 */
export function isShown(memo: PipelineMemo, shown: unknown): boolean {
  const isOlder = typeof shown === 'object' && shown !== null && !('topicId' in shown);
  const compared = isOlder
    ? { ...memo, database: undefined, tableId: undefined, topicId: undefined }
    : memo;
  return JSON.stringify(compared) === JSON.stringify(shown);
}
