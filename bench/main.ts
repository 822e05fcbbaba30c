import process from 'node:process';
import { runCommand } from '../dev/command-line/run-command.js';
import type { StackOptions } from '../dev/stack/stack-options.js';
import { freePort } from '../dev/stack/free-port.js';
import { startStack } from '../dev/stack/start-stack.js';
import { buildWorker } from '../test/support/worker-build.js';
import { measureActions, NAMESPACES } from './actions/measure-actions.js';
import { type CommandLine, HELP, type Mode, parseCommandLine } from './command-line.js';
import { compare } from './compare/compare.js';
import { measureDistant } from './distant/measure-distant.js';
import { writeDocument } from './document/write-document.js';
import { measureFreshness } from './freshness/measure-freshness.js';
import { measureGrowth } from './growth/measure-growth.js';
import { measureHot } from './hot/measure-hot.js';
import { measureLoads } from './loads/measure-loads.js';
import { measureMicro } from './micro/measure-micro.js';
import { measurePipelines } from './pipelines/measure-pipelines.js';
import { measureRepartition } from './repartition/measure-repartition.js';
import { createSql } from './stage/sql.js';
import type { Stage } from './stage/stage.js';
import { sweep } from './sweep/sweep.js';
import { measureThreads } from './threads/measure-threads.js';
import { measureTyped } from './typed/measure-typed.js';
import { measureWide } from './wide/measure-wide.js';

/** `npm run bench`: compares speed and completeness with other movers. */

const RUNS = {
  compare,
  sweep,
  growth: measureGrowth,
  typed: measureTyped,
  wide: measureWide,
  loads: measureLoads,
  threads: measureThreads,
  freshness: measureFreshness,
  hot: measureHot,
  repartition: measureRepartition,
} as const;

/** These modes read Temporal's metrics, which are counted by namespace. */
const COUNTING = { actions: measureActions, pipelines: measurePipelines } as const;

async function runCounting(mode: keyof typeof COUNTING, options: CommandLine): Promise<number> {
  const port = await freePort();
  const namespaces = Object.values(NAMESPACES).flatMap((name) => ['--namespace', name]);
  const temporalFlags = ['--metrics-port', String(port), ...namespaces];
  const metricsUrl = `http://127.0.0.1:${port}/metrics`;
  return onStage((stage) => COUNTING[mode](stage, options, metricsUrl), { temporalFlags });
}

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const { mode } = options;
  const code = await runMode(mode, options);
  if (options.write) await writeDocument();
  return code;
}

async function runMode(mode: Mode, options: CommandLine): Promise<number> {
  if (mode === 'document') return 0;
  if (mode === 'micro') return measureMicro();
  if (mode === 'actions' || mode === 'pipelines') return runCounting(mode, options);
  if (mode === 'distant') return measureDistant(options, onStage);
  return onStage((stage) => RUNS[mode](stage, options));
}

async function onStage(
  run: (stage: Stage) => Promise<number>,
  options: StackOptions = {},
): Promise<number> {
  const build = await buildWorker();
  try {
    const stack = await startStack(options);
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
