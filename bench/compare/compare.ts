import type { CommandLine } from '../command-line.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { millrace } from '../movers/millrace.js';
import type { Stage } from '../stage/stage.js';
import { chooseMovers } from './choose-movers.js';
import { jsonLine } from './json-line.js';
import { createReport } from './report.js';
import { runComparison } from './run-comparison.js';

const RECORDS = 3_000_000;

/** Moves one topic with every available mover, and compares them. */
export async function compare(stage: Stage, options: CommandLine): Promise<number> {
  const { build } = stage;
  const { movers, leftOut } = await chooseMovers(options, build);
  const report = createReport(movers.map(({ name }) => name));
  const tell = (line: string) => {
    console.log(line);
  };
  const environment = { MILLRACE_DECODER: 'zod' };
  const comparison = await runComparison(stage, {
    ...options,
    records: options.records ?? RECORDS,
    movers,
    leftOut,
    zodMover: options.zod ? millrace({ name: 'millrace', build, environment }) : null,
    tell,
    show: report,
  });
  tell(report.table(comparison));
  for (const { title, rewrites } of movers) {
    if (rewrites !== null) tell(`${title} can't have exact rows: ${rewrites}.`);
  }
  if (leftOut.length > 0) tell(`Left out: ${leftOut.join(', ')}.`);
  for (const failure of comparison.failures) tell(`Failed: ${failure}`);
  if (options.write) {
    await keep('comparison', { about: await describeRun(stage), figures: comparison });
  }
  if (options.json) tell(jsonLine(comparison));
  return comparison.failures.length === 0 ? 0 : 1;
}
