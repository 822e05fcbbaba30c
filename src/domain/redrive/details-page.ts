import type { RedriveReport } from './public-types.js';
import type { DeadLetterCounts } from '../dead-letters/dead-letter.js';
import { readableNumber } from '../readable-units.js';

/** The page under "User Metadata" in Temporal's UI, in Markdown. */
export function redrivePage(report: RedriveReport): string {
  const { state, action, dryRun, letters, chosen } = report;
  if (state === 'starting') return '### STARTING · reading the dead letters';
  const what = dryRun ? `dry run of ${action}` : action;
  const waiting =
    state === 'waiting' &&
    'Another redrive of this table is running: this one waits for it to end.';
  return [
    `### ${state.toUpperCase()} · ${what}`,
    waiting,
    `Topic ${report.topic} and table ${report.table}: ${readableNumber(letters)} of ${readableNumber(chosen)} open dead letters processed`,
    action === 'drop' ? dropLine(report) : redriveLine(report),
    reasons(dryRun ? 'Would become rows' : 'Became rows', report.redrivenByReason),
    reasons('Still rejected', report.rejectedByReason),
    report.notes.length > 0 && report.notes.map((note) => `- ${note}`).join('\n'),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

function dropLine({ dropped, dryRun }: RedriveReport): string {
  return `**${dryRun ? 'would be dropped' : 'dropped'} ${readableNumber(dropped)}**`;
}

function redriveLine(report: RedriveReport): string {
  const done = report.dryRun ? 'would become rows' : 'became rows';
  return `**${done} ${readableNumber(report.redriven)}** (already in the table ${readableNumber(report.alreadyThere)}) · still rejected ${readableNumber(report.rejected)} · filtered by the transform ${readableNumber(report.filtered)}`;
}

function reasons(what: string, counts: DeadLetterCounts): string | null {
  const list = Object.entries(counts).map(
    ([reason, count]) => `${reason} ${readableNumber(count)}`,
  );
  return list.length === 0 ? null : `${what}: ${list.join(', ')}`;
}
