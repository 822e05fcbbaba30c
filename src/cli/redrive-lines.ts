import type { RedriveReport } from '../domain/redrive/public-types.js';
import { DRY_RUN } from '../domain/redrive/report.js';
import type { Style } from './text/style.js';
import { countList, number } from './text/table.js';

/** The outcome of a redrive; in a dry run, the expected outcome. */
export function redriveLines(report: RedriveReport, style: Style): readonly string[] {
  const { action, dryRun, topic, table, letters, chosen, notes } = report;
  const name = action === 'drop' ? 'drop' : 'redrive';
  return [
    `${style.bold(dryRun ? `dry run of ${name}` : name)}  ${number(letters)} of ${number(chosen)} open dead letters of ${topic} and ${table}`,
    ...(action === 'drop' ? [dropped(report)] : redriven(report)),
    // The last line below says this for the command.
    ...notes.filter((note) => note !== DRY_RUN).map((note) => `- ${note}`),
    ...(dryRun ? ['Nothing was changed. Run it again with --apply to make these changes.'] : []),
  ];
}

/** The progress of a redrive in one line. */
export function redriveProgress({ state, letters, chosen }: RedriveReport): string {
  if (state === 'waiting') return 'waiting for another redrive of this table to end';
  if (chosen === 0) return 'finding the dead letters';
  return `${number(letters)} of ${number(chosen)} dead letters`;
}

function dropped({ dryRun, dropped: count }: RedriveReport): string {
  return `${dryRun ? 'would be dropped' : 'dropped'} ${number(count)}`;
}

function redriven(report: RedriveReport): readonly string[] {
  const { dryRun, redriven: rows, alreadyThere, rejected, filtered } = report;
  const { redrivenByReason, rejectedByReason } = report;
  const listed = (counts: RedriveReport['redrivenByReason']) => {
    const list = countList(counts);
    return list === '' ? '' : `: ${list}`;
  };
  return [
    `${dryRun ? 'would become rows' : 'became rows'} ${number(rows)}${listed(redrivenByReason)}`,
    `still rejected ${number(rejected)}${listed(rejectedByReason)}`,
    `already in the table ${number(alreadyThere)} · filtered by the transform ${number(filtered)}`,
  ];
}
