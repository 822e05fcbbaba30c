import { resolve } from 'node:path';
import { buildWorker, type WorkerBuild } from '../support/worker-build.js';
import { isGood } from './fault-case.js';
import { HELP, type Options, parseOptions } from './options.js';
import { caseLine, summaryJson } from './report/lines.js';
import { runCases } from './run-cases.js';
import { CASES } from './suite.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(options: Options): Promise<number> {
  const wanted = CASES.filter(({ name }) => isWanted(name, options.only));
  if (options.list) {
    for (const { name } of wanted) say(name);
    return 0;
  }
  if (wanted.length === 0) {
    say(`No case begins with ${options.only.join(' or ')}: --list gives the names`);
    return 1;
  }
  say(`seed ${options.seed}, ${wanted.length} cases`);
  const build = await workerOf(options);
  try {
    const results = await runCases(wanted, {
      build: build.folder,
      seed: options.seed,
      keepsAll: options.only.length > 0,
      onResult: (result) => {
        say(caseLine(result));
      },
    });
    if (options.json) say(summaryJson(results, options.seed));
    return results.every(isGood) ? 0 : 1;
  } finally {
    await build.remove();
  }
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
else process.exitCode = await main(options);
