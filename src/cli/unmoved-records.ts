import { nullIfUnknown } from '../client/client-error.js';
import type { PipelineHandle } from '../client/pipeline-client.js';
import type { HoldReason } from '../domain/holds/hold.js';
import type { PipelineStatus } from '../domain/pipeline/pipeline-status.js';
import type { OffsetRange } from '../domain/records/offset-range.js';
import type { PartitionReport, VerifyReport } from '../domain/verify/public-types.js';

/** Records of a report that are not in the table because the pipeline has not come to them. */
export interface Unmoved {
  readonly workflowId: string;
  /** The pipeline's state when it was asked, after the comparison. */
  readonly state: PipelineStatus['state'];
  /** How many of the report's lost records are at or after the pipeline's cursors. */
  readonly records: number;
  /** The first offset by partition that the pipeline has not moved. */
  readonly from: ReadonlyMap<number, number>;
  /** Number of held partitions by reason. */
  readonly holds: Readonly<Partial<Record<HoldReason, number>>>;
}

/**
 * Asks the pipeline which of the missing records it has not moved yet. Asked after the comparison, because what was not moved
 * then was not moved earlier. Null if nothing is missing, or if the pipeline can't say.
 */
export async function askUnmoved(
  pipeline: PipelineHandle,
  report: VerifyReport,
): Promise<Unmoved | null> {
  if ((report.lost ?? 0) === 0) return null;
  const status = await pipeline.status().catch(nullIfUnknown);
  return status === null ? null : unmovedIn(report, status, pipeline.workflowId);
}

/** Counts only what is certain: for a long list of ranges, the report names only the first ones. */
export function unmovedIn(
  report: VerifyReport,
  status: PipelineStatus,
  workflowId: string,
): Unmoved | null {
  if (!isOfPipeline(report, status)) return null;
  const from = new Map(
    status.partitions.map(({ partition, cursor }) => [partition, Number(cursor)]),
  );
  const holds: Partial<Record<HoldReason, number>> = {};
  for (const { partition, range, reason } of status.holds) {
    from.set(partition, Math.min(from.get(partition) ?? 0, Number(range.first)));
    holds[reason] = (holds[reason] ?? 0) + 1;
  }
  const records = report.partitions.reduce(
    (sum, each) => sum + lostFrom(from.get(each.partition) ?? Infinity, each, report),
    0,
  );
  return { workflowId, state: status.state, records, from, holds };
}

/** Separates a range at the first offset that was not moved. */
export function splitRange(
  range: OffsetRange,
  { from }: Pick<Unmoved, 'from'>,
): { readonly lost: OffsetRange | null; readonly unmoved: OffsetRange | null } {
  const at = from.get(range.partition) ?? Infinity;
  if (Number(range.end) <= at) return { lost: range, unmoved: null };
  if (Number(range.first) >= at) return { lost: null, unmoved: range };
  return { lost: { ...range, end: String(at) }, unmoved: { ...range, first: String(at) } };
}

/** Options may have named another topic, group or table than the pipeline's. */
function isOfPipeline(
  { topic, groupId, table }: VerifyReport,
  { settings }: PipelineStatus,
): boolean {
  if (settings?.topic !== topic || settings.groupId !== groupId) return false;
  return settings.table === table || table.endsWith(`.${settings.table}`);
}

/** How many lost records of a partition are at or after an offset. Listed ranges ascend, so the rest follows the last one. */
function lostFrom(
  from: number,
  { partition, first, lost }: PartitionReport,
  { lostRanges }: VerifyReport,
): number {
  if (lost === null || lost === 0) return 0;
  if (Number(first) >= from) return lost;
  const listed = lostRanges.first.filter((range) => range.partition === partition);
  const before = listed
    .filter((range) => Number(range.first) < from)
    .reduce((sum, range) => sum + Math.min(Number(range.end), from) - Number(range.first), 0);
  const total = listed.reduce((sum, range) => sum + Number(range.end) - Number(range.first), 0);
  const isComplete = total === lost || Number(listed.at(-1)?.end ?? 0) > from;
  return isComplete ? lost - before : 0;
}
