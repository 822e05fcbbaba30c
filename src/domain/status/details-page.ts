import { counted, instant, readableNumber } from '../readable-units.js';
import { DETAILS_PARTITIONS } from '../limits.js';
import { batchRates } from './batch-rates.js';
import { holdAdvice, shellQuoted } from '../holds/advice.js';
import type { Guarantee } from '../table/guarantee-level.js';
import type { PartitionStatus, PipelineStatus } from '../pipeline/pipeline-status.js';
import type { BatchSummary } from '../pipeline/batch-summary.js';
import type { PipelineState } from '../pipeline/state.js';

export interface PageContent {
  readonly status: PipelineStatus;
  /** Null until the settings are resolved. */
  readonly state: PipelineState | null;
  readonly workflowId: string;
  readonly nowMs: number;
}

/** The page under "User Metadata" in Temporal's UI: an overview of the pipeline in Markdown. */
export function detailsPage({ status, state, workflowId, nowMs }: PageContent): string {
  const id = shellQuoted(workflowId);
  return [
    `### ${status.state.toUpperCase()} · ${status.detail}`,
    route(status),
    log(status),
    state && totals(status),
    state && rates(state.recent),
    inHand(status, id),
    state && status.state === 'draining' && blockers(status, state, id),
    ...status.holds.map((hold) => holdAdvice(hold, workflowId)),
    notStored(status),
    status.warnings.length > 0 &&
      ['**Warnings**', ...status.warnings.map((text) => `- ${text}`)].join('\n'),
    decisions(status),
    partitionTable(status.partitions),
    sizing(status, state),
    `As of ${instant(nowMs)}: the page is updated when a batch begins or ends, and with every message.`,
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

function route({ settings, guarantee }: PipelineStatus): string | null {
  if (settings === null || guarantee === null) return null;
  const { topic, table, groupId } = settings;
  return `\`${topic}\` → \`${table}\` · group \`${groupId}\` · guarantee: ${words(guarantee)}`;
}

/** Shown only after a decision. Without one, the log is simply the topic. */
function log({ log: read }: PipelineStatus): string | null {
  if (!read?.choice) return null;
  const { topicId, choice, sameAs } = read;
  if (choice === 'new') {
    return `Topic id \`${topicId}\`: declared a new log; rows of earlier logs do not count`;
  }
  const ids = sameAs.map((id) => `\`${id}\``).join(', ');
  return `Topic id \`${topicId}\`: declared the same log as ${ids || 'the log of the rows without an id'}`;
}

function words(guarantee: Guarantee): string {
  if (guarantee.level === 'exactly-once') return '**exactly-once**';
  return `**${guarantee.level}**: ${guarantee.why.join('; ')}`;
}

function notStored({ notStored: columns }: PipelineStatus): string | null {
  if (columns.length === 0) return null;
  const list = columns.map(({ column, why, fix }) => `- \`${column}\`: ${why}: ${fix}`);
  return ['**Not stored in the table**', ...list].join('\n');
}

function decisions({ decisions: taken }: PipelineStatus): string | null {
  if (taken.length === 0) return null;
  return ['**Decisions**', ...taken.map(({ at, what }) => `- ${at}: ${what}`)].join('\n');
}

function totals({ totals: sums, lag, lagSeenAt }: PipelineStatus): string {
  const seen = lagSeenAt === null ? '' : ` (seen ${instant(Date.parse(lagSeenAt))})`;
  const reasons = Object.entries(sums.deadLettersByReason)
    .map(([reason, count]) => `${reason} ${readableNumber(count)}`)
    .join(', ');
  const letters = readableNumber(sums.deadLetters) + (reasons ? ` (${reasons})` : '');
  return `**${readableNumber(sums.rows)} rows** in ${counted(sums.batches, 'batch', 'batches')} · lag ${readableNumber(lag)}${seen} · dead letters ${letters} · filtered ${readableNumber(sums.filtered)} · skipped ${readableNumber(sums.skipped)}`;
}

function rates(recent: readonly BatchSummary[]): string | null {
  const of = batchRates(recent);
  if (of === null) return null;
  const { shares, freshnessMs } = of;
  const fresh =
    freshnessMs === null
      ? ''
      : ` · oldest record ${seconds(freshnessMs.median)} old when queryable, at most ${seconds(freshnessMs.most)}`;
  const spent = `fetch ${shares.fetchMs} %, decode ${shares.decodeMs} %, insert ${shares.insertMs} %, commit ${shares.commitMs} %, waiting ${shares.waitMs} %`;
  return `Last ${of.batches} batches, until ${instant(Date.parse(of.lastAt))}: **${readableNumber(of.rowsPerSecond)} rows/s**${fresh} · time spent: ${spent}`;
}

/** The workflow does not know about failed attempts, so the page can only say where they are shown. */
function inHand({ inHand: works }: PipelineStatus, id: string): string | null {
  if (works.length === 0) return null;
  const list = works.map(({ what, lane, since, waitsFor }) => {
    const waiting = waitsFor === undefined ? '' : ` (${waitsFor})`;
    return `${what} (lane ${lane}) since ${instant(Date.parse(since))}${waiting}`;
  });
  return `Running: ${list.join(' · ')}. If this takes long, *Pending Activities* and \`temporal workflow describe --workflow-id ${id}\` show the error that is being retried and the time of the next attempt.`;
}

function blockers({ inHand: works }: PipelineStatus, { target }: PipelineState, id: string) {
  if (works.length === 0) return null;
  const [blocker, after] = [
    works.map(({ what }) => what).join(', '),
    target.findable
      ? 'the next start reconciles its rows first'
      : 'the next start may duplicate its rows, because the rows of this table do not say which records they come from',
  ];
  return `**Waiting for**: ${blocker}. \`temporal workflow terminate --workflow-id ${id}\` ends it at once; ${after}.`;
}

function partitionTable(partitions: readonly PartitionStatus[]): string | null {
  if (partitions.length === 0) return null;
  const shown =
    partitions.length <= DETAILS_PARTITIONS
      ? partitions
      : partitions.toSorted((a, b) => b.lag - a.lag).slice(0, DETAILS_PARTITIONS);
  const rows = shown.map(
    (each) =>
      `| ${each.partition} | ${each.cursor} | ${each.logEnd} | ${readableNumber(each.lag)} | ${readableNumber(each.rows)} | ${readableNumber(each.deadLetters)} | ${waitsFor(each)} |`,
  );
  const left = partitions.length - shown.length;
  return [
    '| partition | next offset | log end | lag | rows | dead letters | waits for |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...(left > 0 ? [`\n${left} more partitions with less lag.`] : []),
  ].join('\n');
}

function waitsFor({ hold, openTransaction: open, unavailable }: PartitionStatus): string {
  const transaction =
    open && `transaction from ${open.firstOffset}, open since ${instant(Date.parse(open.since))}`;
  const leader =
    unavailable &&
    `${unavailable.broker === null ? 'a leader' : `broker ${unavailable.broker}`} since ${instant(Date.parse(unavailable.since))}`;
  return [hold, leader, transaction].filter((part) => part !== undefined).join(', ');
}

function sizing({ sizing: size }: PipelineStatus, state: PipelineState | null): string | null {
  if (size === null) return null;
  const next = `Next batch: up to ${readableNumber(size.rows)} records (${size.why}).`;
  const shrunk = state?.shrunk;
  if (!shrunk) return next;
  const most = `${readableNumber(shrunk.maxRows)} rows and ${readableNumber(Math.ceil(shrunk.maxBytes / 1024))} KiB`;
  return `${next} Its blocks are smaller than the settings allow, at most ${most}: ${shrunk.why}.`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
