import type { BatchPhases, BatchPlan } from './batch-plan.js';
import { SUMMARY_BYTES } from '../limits.js';
import type { AwaitInput } from './await-records.js';
import type { Instant, OffsetRange } from '../records/offset-range.js';
import { readableNumber } from '../readable-units.js';

/** A batch in the answer of the query `batches`. */
export interface BatchSummary {
  /** Number of the batch, counted from 1. */
  readonly batch: number;
  readonly lane: number;
  /** When the workflow learned that the batch had ended. */
  readonly at: Instant;
  /** Records that were read. */
  readonly records: number;
  readonly rows: number;
  readonly deadLetters: number;
  /** Records that the contract filtered. */
  readonly filtered: number;
  /** Bytes of record values. */
  readonly bytes: number;
  /** Number of inserts into the table. */
  readonly blocks: number;
  /** Number of the attempt that succeeded, counted from 1. */
  readonly attempt: number;
  /** Age of the oldest record when its rows became queryable, in milliseconds. Null without rows. */
  readonly oldestRecordMs: number | null;
  readonly phases: BatchPhases;
  /** Partitions and offsets, shortened. The activity's input has the complete ranges. */
  readonly ranges: string;
}

/** `p0 1000-34000 · p3 7-9 · 12 more`: as many ranges as fit one line of the UI. Ends are exclusive. */
export function describeRanges(ranges: readonly OffsetRange[], most = 120): string {
  let text = '';
  for (const [index, range] of ranges.entries()) {
    const next = `${index > 0 ? ' · ' : ''}p${range.partition} ${range.first}-${range.end}`;
    if (text.length + next.length > most) return `${text} · ${ranges.length - index} more`;
    text += next;
  }
  return text;
}

/** One-line description of a batch in Temporal's timeline. */
export function batchSummary(plan: BatchPlan): string {
  const records = plan.ranges.reduce(
    (sum, range) => sum + Number(range.end) - Number(range.first),
    0,
  );
  const looking = plan.earlierSends !== 'none' ? ' · reconciling first' : '';
  const head = `batch ${plan.batch}: ${readableNumber(records)} records${looking} · `;
  return head + describeRanges(plan.ranges, SUMMARY_BYTES - 2 * head.length);
}

/** One-line description of a long poll in Temporal's timeline. */
export function waitSummary({ partitions, cursors }: AwaitInput): string {
  const after = partitions.map((partition, index) => `p${partition} ${cursors[index] ?? '0'}`);
  const shown = after.slice(0, 6).join(' · ');
  return `waiting for records after ${shown}${after.length > 6 ? ` · ${after.length - 6} more` : ''}`;
}
