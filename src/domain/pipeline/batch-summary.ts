import type { BatchPhases, BatchPlan } from './batch-plan.js';
import { SUMMARY_BYTES } from '../limits.js';
import type { AwaitInput } from './await-records.js';
import type { Instant, OffsetRange } from '../records/offset-range.js';
import { readableNumber } from '../readable-units.js';

/** One line of the query `batches`. */
export interface BatchSummary {
  /** Counted from 1 on. */
  readonly batch: number;
  readonly lane: number;
  /** When the workflow learned of its end. */
  readonly at: Instant;
  /** Records that were read. */
  readonly records: number;
  readonly rows: number;
  readonly deadLetters: number;
  /** Records that the contract leaves out. */
  readonly filtered: number;
  /** Of record values. */
  readonly bytes: number;
  /** Inserts into the table. */
  readonly blocks: number;
  /** The attempt that succeeded, from 1 on. */
  readonly attempt: number;
  /** Age of the oldest record when its rows could be queried, in milliseconds; null without rows. */
  readonly oldestRecordMs: number | null;
  readonly phases: BatchPhases;
  /** Partitions and offsets, shortened; the whole ranges are in the activity's input. */
  readonly ranges: string;
}

/** `p0 1000-34000 · p3 7-9 · 12 more`: as much as fits one line of the UI. Ends are exclusive. */
export function describeRanges(ranges: readonly OffsetRange[], most = 120): string {
  let text = '';
  for (const [index, range] of ranges.entries()) {
    const next = `${index > 0 ? ' · ' : ''}p${range.partition} ${range.first}-${range.end}`;
    if (text.length + next.length > most) return `${text} · ${ranges.length - index} more`;
    text += next;
  }
  return text;
}

/** The line that stands for a batch in Temporal's timeline. */
export function batchSummary(plan: BatchPlan): string {
  const records = plan.ranges.reduce(
    (sum, range) => sum + Number(range.end) - Number(range.first),
    0,
  );
  const looking = plan.earlierSends !== 'none' ? ' · looking first' : '';
  const head = `batch ${plan.batch}: ${readableNumber(records)} records${looking} · `;
  return head + describeRanges(plan.ranges, SUMMARY_BYTES - 2 * head.length);
}

/** The line that stands for a long poll in Temporal's timeline. */
export function waitSummary({ partitions, cursors }: AwaitInput): string {
  const after = partitions.map((partition, index) => `p${partition} ${cursors[index] ?? '0'}`);
  const shown = after.slice(0, 6).join(' · ');
  return `waiting for records after ${shown}${after.length > 6 ? ` · ${after.length - 6} more` : ''}`;
}
