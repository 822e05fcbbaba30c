import { z } from 'zod';
import { GUARANTEE_LEVELS, type GuaranteeLevel } from '../table/guarantee-level.js';
import { HOLD_REASONS, type HoldReason } from '../holds/hold.js';
import type { PipelineStatus } from './pipeline-status.js';
import type { PipelineState } from './state.js';

/** Key of the memo. Frozen: people and dashboards read it. */
export const MEMO_NAME = 'millrace';

/**
 * What `temporal workflow list` shows of a pipeline without querying its workflow. Each change adds an event to the
 * history, so it changes only when a person would want to know.
 */
export interface PipelineMemo {
  readonly state: PipelineStatus['state'];
  readonly topic: string;
  readonly groupId: string;
  readonly table: string;
  readonly guarantee: GuaranteeLevel;
  /** Number of held partitions by reason. */
  readonly holds: Readonly<Partial<Record<HoldReason, number>>>;
  /** True if the pipeline has an end and completes by itself. */
  readonly bounded: boolean;
  /** Database of the table. This field and the next two are absent in memos of older releases. */
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

/** Null if there is no readable memo: people and other releases write memos too. */
export function parsePipelineMemo(memo: unknown): PipelineMemo | null {
  return MEMO.safeParse(memo).data ?? null;
}

/** Null until the settings are resolved. */
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
 * Whether the memo that is shown says the same. A memo of an older release lacks fields. Adding only those would create an
 * event that the histories of its runs do not have.
 */
export function isShown(memo: PipelineMemo, shown: unknown): boolean {
  const isOlder = typeof shown === 'object' && shown !== null && !('topicId' in shown);
  const compared = isOlder
    ? { ...memo, database: undefined, tableId: undefined, topicId: undefined }
    : memo;
  return JSON.stringify(compared) === JSON.stringify(shown);
}
