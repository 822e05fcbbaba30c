import { resolve } from 'node:path';
import { describeMachine } from '../../dev/stack/describe-stack.js';
import { buildWorker, type WorkerBuild } from '../support/worker-build.js';
import { type FaultCase, isGood } from './fault-case.js';
import { MUTATIONS } from './mutations/mutations.js';
import { runMutations } from './mutations/run-mutations.js';
import { mutationTable } from './report/mutation-table.js';
import { HELP, type Options, parseOptions } from './options.js';
import { describeMillrace } from './report/describe-millrace.js';
import { faultTable } from './report/fault-table.js';
import { PAGE, writePart } from './report/fault-report.js';
import { caseLine, summaryJson } from './report/lines.js';
import { keepRun, readRun, type RunRecord } from './report/run-record.js';
import { EVIDENCE, runCases } from './run-cases.js';
import { SUITES } from './suite.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(options: Options): Promise<number> {
  if (options.merge.length > 0) {
    await writeFaults(await Promise.all(options.merge.map(readRun)), options);
    return 0;
  }
  const cases = SUITES[options.suite];
  const names = options.mutations ? MUTATIONS : cases;
  if (!names.some(({ name }) => isWanted(name, options.only))) {
    say(`No name begins with ${options.only.join(' or ')}: --list gives the names`);
    return 1;
  }
  const wanted = cases.filter(({ name }) => isWanted(name, options.only));
  if (options.list) {
    for (const { name } of options.mutations ? MUTATIONS : wanted) say(name);
    return 0;
  }
  const build = await workerOf(options);
  try {
    return options.mutations
      ? await mutate(build.folder, options)
      : await runSeeds(wanted, build.folder, options);
  } finally {
    await build.remove();
  }
}

async function runSeeds(
  wanted: readonly FaultCase[],
  build: string,
  options: Options,
): Promise<number> {
  const { seeds, parallel, only, declared, json } = options;
  const isWhole = only.length === 0 && !declared;
  const runs: RunRecord[] = [];
  for (const seed of seeds) {
    say(`seed ${seed}, ${wanted.length} cases`);
    const startedMs = performance.now();
    const onResult = (result: Parameters<typeof caseLine>[0]) => {
      say(caseLine(result));
    };
    const each = { build, seed, parallel, declared, keepsAll: !isWhole, onResult };
    const { results, servers } = await runCases(wanted, each);
    const run: RunRecord = {
      ...{ seed, results, servers },
      day: new Date().toISOString().slice(0, 10),
      tookMs: performance.now() - startedMs,
      millrace: await describeMillrace(),
      machine: describeMachine('all servers and workers'),
    };
    runs.push(run);
    if (!isWhole) continue;
    say(`kept in ${await keepRun(run, EVIDENCE)}`);
    await writeFaults(runs, options);
  }
  if (json) say(summaryJson(runs));
  return runs.every(({ results }) => results.every(isGood)) ? 0 : 1;
}

async function mutate(build: string, { seeds, only }: Options): Promise<number> {
  const found = await runMutations({ build, seed: seeds[0] ?? 1, only, say });
  if (only.length === 0) {
    await writePart('mutations', mutationTable(found));
    say(`written: ${PAGE}`);
  }
  return found.every(({ red }) => red.length > 0) ? 0 : 1;
}

async function writeFaults(runs: readonly RunRecord[], { suite }: Options): Promise<void> {
  await writePart(suite === 'standard' ? 'faults' : suite, faultTable(runs));
  say(`written: ${PAGE}`);
}

function workerOf({ build }: Options): Promise<WorkerBuild> {
  return build === null
    ? buildWorker()
    : Promise.resolve({ folder: resolve(build), remove: () => Promise.resolve() });
}

function isWanted(name: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((start) => name.startsWith(start));
}

const options = parseOptions(process.argv.slice(2));
if (options === null) process.stdout.write(HELP);
// A case that failed may have left handles open.
else process.exit(await main(options));
