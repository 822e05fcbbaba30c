import type { CommandLine } from '../command-line.js';
import type { Stage } from '../stage/stage.js';
import { chooseMovers } from './choose-movers.js';
import { jsonLine } from './json-line.js';
import { createReport } from './report.js';
import { runComparison } from './run-comparison.js';

/** Moves one topic with every mover there is, and says how they compare. */
export async function compare(stage: Stage, options: CommandLine): Promise<number> {
  const { movers, leftOut } = await chooseMovers(options, stage.build);
  const report = createReport(new Map(movers.map(({ name, title }) => [name, title])));
  const tell = (line: string) => {
    console.log(line);
  };
  const comparison = await runComparison(stage, { ...options, movers, tell, show: report });
  tell(report.table(comparison));
  for (const { title, rewrites } of movers) {
    if (rewrites !== null) tell(`${title} can't have exact rows: ${rewrites}.`);
  }
  if (leftOut.length > 0) tell(`Left out, because nobody asked for it: ${leftOut.join(', ')}.`);
  for (const failure of comparison.failures) tell(`Failed: ${failure}`);
  if (options.json) tell(jsonLine(comparison));
  return comparison.failures.length === 0 ? 0 : 1;
}
