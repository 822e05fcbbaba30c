import type { RedriveReport } from '../domain/redrive/public-types.js';
import { DRY_RUN } from '../domain/redrive/report.js';
import type { Style } from './text/style.js';
import { countList, number } from './text/table.js';

/** What became of the dead letters, or what would in a dry run. */
export function redriveLines(report: RedriveReport, style: Style): readonly string[] {
  const { action, dryRun, topic, table, letters, chosen, notes } = report;
  const name = action === 'drop' ? 'drop' : 'redrive';
  return [
    `${style.bold(dryRun ? `dry run of ${name}` : name)}  ${number(letters)} of ${number(chosen)} open dead letters of ${topic} and ${table}`,
    ...(action === 'drop' ? [dropped(report)] : redriven(report)),
    // The command says it in its own words.
    ...notes.filter((note) => note !== DRY_RUN).map((note) => `- ${note}`),
    ...(dryRun ? ['Nothing was changed. Give --apply to do it.'] : []),
  ];
}

/** How far a redrive is, in a line. */
export function redriveProgress({ state, letters, chosen }: RedriveReport): string {
  if (state === 'waiting') return 'waiting for another redrive of this table to end';
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
    `already in the table ${number(alreadyThere)} · left out by the transform ${number(filtered)}`,
  ];
}
