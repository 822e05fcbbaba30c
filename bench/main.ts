import process from 'node:process';
import { runCommand } from '../dev/command-line/run-command.js';
import { startStack } from '../dev/stack/start-stack.js';
import { buildWorker } from '../test/support/worker-build.js';
import { HELP, parseCommandLine } from './command-line.js';
import { compare } from './compare/compare.js';
import { createSql } from './stage/sql.js';

/** `npm run bench`: how fast it is beside its peers, and whether every row is there. */

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const build = await buildWorker();
  try {
    const stack = await startStack();
    try {
      const stage = { stack, sql: createSql(stack.addresses.clickHouse), build: build.folder };
      return await compare(stage, options);
    } finally {
      await stack.stop();
    }
  } finally {
    await build.remove();
  }
}

runCommand(main);
