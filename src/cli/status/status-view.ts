import { batchRates } from '../../domain/status/batch-rates.js';
import { counted, instant } from '../../domain/readable-units.js';
import type { BatchSummary } from '../../domain/pipeline/batch-summary.js';
import type { PipelineSettings } from '../../domain/pipeline/settings.js';
import type { PipelineStatus } from '../../domain/pipeline/pipeline-status.js';
import type { Style } from '../text/style.js';
import { countList, number, wrapped } from '../text/table.js';
import { type Retry, retryText } from '../temporal/retries.js';
import { decideAllLines, holdLines } from './hold-lines.js';
import { partitionLines } from './partition-lines.js';

/** One look at a pipeline, as the view shows it. */
export interface Seen {
  readonly workflowId: string;
  /** Temporal's own word for the run, for example `RUNNING` or `TERMINATED`. */
  readonly workflow: string;
  /** When the pipeline was started. Null if Temporal no longer knows that. */
  readonly startedMs: number | null;
  /** The run that was started then. Later runs continue it as new. */
  readonly firstRunId: string;
  /** Why it failed; null if it did not. */
  readonly why: string | null;
  readonly status: PipelineStatus;
  /** Activities whose last attempt failed. */
  readonly retries: readonly Retry[];
  /** The newest last. */
  readonly batches: readonly BatchSummary[];
  /** Since the previous look; null at the first one. */
  readonly rowsPerSecond: number | null;
  readonly atMs: number;
}

/** The default width of a terminal. */
const TERMINAL_COLUMNS = 80;

/** Everything about a pipeline that fits on a screen, line by line. */
export function statusLines(seen: Seen, style: Style): readonly string[] {
  const { status, workflowId } = seen;
  const { totals } = status;
  return [
    ...headLines(seen, style),
    // Before everything else: while a start fails, nothing else says why.
    ...listed('Retried after a failure', seen.retries.map(retryText)),
    '',
    ...fields([
      [
        'rows',
        `${number(totals.rows)} in ${counted(totals.batches, 'batch', 'batches')}${speed(seen)}`,
      ],
      ['lag', lag(status, style)],
      ['dead letters', deadLetters(status, style)],
      ['left out', `filtered ${number(totals.filtered)}, skipped ${number(totals.skipped)}`],
      ['totals since', totalsSince(seen)],
      ...timeSpent(seen.batches),
      ...workInHand(status),
    ]),
    ...partitionLines(status.partitions, style),
    ...status.holds.flatMap((hold) => holdLines(hold, workflowId, style)),
    ...decideAllLines(status.holds, workflowId, style),
    ...listed('Not stored in the table', notStored(status)),
    ...listed('Warnings', status.warnings),
    ...listed(
      'Decisions',
      status.decisions.map(({ at, what }) => `${at}: ${what}`),
    ),
  ];
}

/** The state, settings and guarantee of the pipeline, without its progress. */
export function headLines(seen: Seen, style: Style): readonly string[] {
  const { settings } = seen.status;
  return [
    heading(seen, style),
    ...(settings === null
      ? []
      : [`${route(settings)} · ${counted(settings.lanes, 'lane', 'lanes')}`]),
    ...guaranteeLines(seen.status, style),
  ];
}

/** For `--json`: the answer of the query `status`, and what only the command knows. */
export function statusObject({ startedMs, ...seen }: Seen) {
  const { status, workflowId, workflow, retries, rowsPerSecond } = seen;
  const startedAt = startedMs === null ? null : new Date(startedMs).toISOString();
  return { ...status, workflowId, workflow, startedAt, retries, rowsPerSecond };
}

/** One line for a log, or for a terminal that can't redraw. */
export function statusLine(seen: Seen): string {
  const { status, atMs, rowsPerSecond, retries } = seen;
  const { totals, holds } = status;
  const rate = rowsPerSecond === null ? '' : ` (${number(rowsPerSecond)}/s)`;
  const held = holds.length === 0 ? '' : ` · held ${number(holds.length)}`;
  const [retry] = retries;
  const failing = retry === undefined ? '' : ` · retried ${oneLine(retryText(retry))}`;
  return `${instant(atMs)} ${stateOf(seen)} · rows ${number(totals.rows)}${rate} · lag ${number(status.lag)} · dead letters ${number(totals.deadLetters)}${held}${failing}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** After the end of a run, its status still has the last state, so the state of the workflow is shown instead. */
function stateOf({ workflow, status }: Seen): string {
  return isOpen({ workflow }) ? status.state.toUpperCase() : workflow;
}

/** A workflow that is paused in Temporal is still open. */
export function isOpen({ workflow }: Pick<Seen, 'workflow'>): boolean {
  return workflow === 'RUNNING' || workflow === 'PAUSED';
}

function heading(seen: Seen, style: Style): string {
  const { workflowId, status, why } = seen;
  const state = stateOf(seen);
  const mark = { RUNNING: style.green, HELD: style.red, FAILED: style.red }[state] ?? style.yellow;
  const detail = isOpen(seen) ? status.detail : (why ?? 'the workflow has ended');
  return `${style.bold(workflowId)}  ${mark(state)}  ${detail}`;
}

function route({ topic, table, groupId, contract = 'stream_events' }: PipelineSettings): string {
  return `${topic} → ${table} · group ${groupId} · contract ${contract}`;
}

function guaranteeLines({ guarantee }: PipelineStatus, style: Style): readonly string[] {
  if (guarantee === null) return [];
  if (guarantee.level === 'exactly-once') return [`guarantee ${style.green('exactly-once')}`];
  const why = guarantee.why.map((reason) => `  ${reason}`);
  return [`guarantee ${style.yellow(guarantee.level)}, because`, ...why];
}

/** Wraps long values, because the live view truncates lines that are wider than the terminal. */
function fields(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, value]) =>
    wrapped(value, TERMINAL_COLUMNS - width).map(
      (line, index) => (index === 0 ? name : '').padEnd(width) + line,
    ),
  );
}

/** Rows, dead letters and records that were left out. Another start under the same id counts from 0. */
function totalsSince({ startedMs }: Seen): string {
  return startedMs === null
    ? 'the start of the pipeline'
    : `the start of the pipeline at ${instant(startedMs)}`;
}

function speed({ rowsPerSecond, batches }: Seen): string {
  const now = rowsPerSecond === null ? [] : [`${number(rowsPerSecond)} rows/s now`];
  const rates = batchRates(batches);
  const recent =
    rates === null
      ? []
      : [
          `${number(rates.rowsPerSecond)} rows/s in the last ${counted(rates.batches, 'batch', 'batches')}`,
        ];
  return [...now, ...recent].map((part) => ` · ${part}`).join('');
}

function lag({ lag: records, lagSeenAt, state }: PipelineStatus, style: Style): string {
  const seen = lagSeenAt === null ? '' : ` (seen ${instant(Date.parse(lagSeenAt))})`;
  const text = `${counted(records, 'record', 'records')}${seen}`;
  return state === 'running' || records === 0 ? text : style.yellow(text);
}

function deadLetters({ totals }: PipelineStatus, style: Style): string {
  if (totals.deadLetters === 0) return '0';
  const reasons = countList(totals.deadLettersByReason);
  return style.yellow(`${number(totals.deadLetters)}${reasons && ` (${reasons})`}`);
}

function timeSpent(batches: readonly BatchSummary[]): readonly (readonly [string, string])[] {
  const rates = batchRates(batches);
  if (rates === null) return [];
  const { fetchMs, decodeMs, insertMs, commitMs, waitMs } = rates.shares;
  const { freshnessMs } = rates;
  // Phases overlap, so they may also sum to more than 100.
  const other = 100 - (fetchMs + decodeMs + insertMs + commitMs + waitMs);
  const rest = other > 0 ? `, other ${other} %` : '';
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  return [
    [
      'time spent',
      `fetch ${fetchMs} %, decode ${decodeMs} %, insert ${insertMs} %, commit ${commitMs} %, waiting for memory ${waitMs} %${rest}`,
    ],
    ...(freshnessMs === null
      ? []
      : [
          [
            'freshness',
            `oldest record queryable after ${seconds(freshnessMs.median)} (median), ${seconds(freshnessMs.most)} at most`,
          ] as const,
        ]),
  ];
}

function workInHand({ inHand }: PipelineStatus): readonly (readonly [string, string])[] {
  if (inHand.length === 0) return [];
  const works = inHand.map(({ what, lane, since, waitsFor }) => {
    const waiting = waitsFor === undefined ? '' : ` (${waitsFor})`;
    return `${what} in lane ${lane} since ${instant(Date.parse(since))}${waiting}`;
  });
  return [['working on', works.join('; ')]];
}

function notStored({ notStored: columns }: PipelineStatus): readonly string[] {
  return columns.map(({ column, why, fix }) => `${column}: ${why}: ${fix}`);
}

function listed(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', title, ...items.map((item) => `  - ${item}`)];
}
