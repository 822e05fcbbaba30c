import process from 'node:process';
import { runCommand } from '../dev/command-line/run-command.js';
import { startStack } from '../dev/stack/start-stack.js';
import { buildWorker } from '../test/support/worker-build.js';
import { HELP, parseCommandLine } from './command-line.js';
import { compare } from './compare/compare.js';
import { writeDocument } from './document/write-document.js';
import { measureFreshness } from './freshness/measure-freshness.js';
import { measureGrowth } from './growth/measure-growth.js';
import { createSql } from './stage/sql.js';
import type { Stage } from './stage/stage.js';
import { sweep } from './sweep/sweep.js';

/** `npm run bench`: how fast it is beside its peers, and whether every row is there. */

const RUNS = {
  compare,
  sweep,
  growth: measureGrowth,
  freshness: measureFreshness,
} as const;

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const { mode } = options;
  const code = mode === 'document' ? 0 : await onStage((stage) => RUNS[mode](stage, options));
  if (options.write) await writeDocument();
  return code;
}

async function onStage(run: (stage: Stage) => Promise<number>): Promise<number> {
  const build = await buildWorker();
  try {
    const stack = await startStack();
    try {
      return await run({ stack, sql: createSql(stack.addresses.clickHouse), build: build.folder });
    } finally {
      await stack.stop();
    }
  } finally {
    await build.remove();
  }
}

runCommand(main);
