import { DETAILS_PARTITIONS } from '../limits.js';
import { holdAdvice } from './hold-advice.js';
import type { BatchSummary, Guarantee, PartitionStatus, PipelineStatus } from './public-types.js';

/** Batches that rates and phase shares are taken over. */
const RATE_BATCHES = 20;

/** The page under "User Metadata" in Temporal's UI: what is going on, at a glance, in Markdown. */
export function detailsPage(
  status: PipelineStatus,
  recent: readonly BatchSummary[],
  workflowId: string,
): string {
  const { totals } = status;
  return [
    `### ${status.state.toUpperCase()} · ${status.detail}`,
    status.guarantee && guaranteeLine(status.guarantee),
    `**${number(totals.rows)} rows** in ${number(totals.batches)} batches · lag ${number(status.lag)} · dead letters ${deadLetters(status)} · filtered ${number(totals.filtered)} · skipped ${number(totals.skipped)}`,
    rates(recent),
    ...status.holds.map((hold) => holdAdvice(hold, workflowId)),
    status.warnings.length > 0 &&
      ['**Warnings**', ...status.warnings.map((text) => `- ${text}`)].join('\n'),
    partitionTable(status.partitions),
    status.sizing &&
      `Next batch: up to ${number(status.sizing.rows)} records (${status.sizing.why}).`,
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

function guaranteeLine(guarantee: Guarantee): string {
  if (guarantee.level === 'exactly-once') return 'Guarantee: **exactly-once**';
  return `Guarantee: **at-least-once**: ${guarantee.why.join('; ')}`;
}

function deadLetters({ totals }: PipelineStatus): string {
  const reasons = Object.entries(totals.deadLettersByReason)
    .map(([reason, count]) => `${reason} ${number(count)}`)
    .join(', ');
  return number(totals.deadLetters) + (reasons ? ` (${reasons})` : '');
}

function rates(recent: readonly BatchSummary[]): string | null {
  const batches = recent.slice(-RATE_BATCHES);
  const first = batches[0];
  const last = batches.at(-1);
  if (!first || !last) return null;
  const sum = (value: (batch: BatchSummary) => number) =>
    batches.reduce((total, batch) => total + value(batch), 0);
  const spanMs = Date.parse(last.at) - Date.parse(first.at) + first.phases.totalMs;
  const perSecond = spanMs > 0 ? (sum((batch) => batch.rows) / spanMs) * 1_000 : 0;
  const totalMs = Math.max(
    1,
    sum((batch) => batch.phases.totalMs),
  );
  const share = (phase: keyof BatchSummary['phases']) =>
    `${Math.round((100 * sum((batch) => batch.phases[phase])) / totalMs)} %`;
  return `Last ${batches.length} batches: ${number(Math.round(perSecond))} rows/s · time spent: fetch ${share('fetchMs')}, decode ${share('decodeMs')}, insert ${share('insertMs')}, commit ${share('commitMs')}, waiting ${share('waitMs')}`;
}

function partitionTable(partitions: readonly PartitionStatus[]): string | null {
  if (partitions.length === 0) return null;
  const shown =
    partitions.length <= DETAILS_PARTITIONS
      ? partitions
      : partitions.toSorted((a, b) => b.lag - a.lag).slice(0, DETAILS_PARTITIONS);
  const rows = shown.map(
    (each) =>
      `| ${each.partition} | ${each.cursor} | ${each.end} | ${number(each.lag)} | ${number(each.rows)} | ${each.hold ?? ''} |`,
  );
  const left = partitions.length - shown.length;
  return [
    '| partition | next offset | end | lag | rows | held |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...(left > 0 ? [`\n${left} more partitions with less lag.`] : []),
  ].join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
