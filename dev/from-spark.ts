import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseConfig } from '../src/config/environment.js';
import { readEnvironment } from '../src/config/load-environment.js';
import { runCommand } from './command-line/run-command.js';
import { UsageError } from './command-line/usage-error.js';
import { describeHandover } from './from-spark/describe-handover.js';
import { handovers } from './from-spark/handover.js';
import { readCheckpoint } from './from-spark/read-checkpoint.js';

/** `npm run from-spark`: finds where a pipeline continues the work of a structured-streaming job. */

const HELP = `npm run from-spark -- CHECKPOINT_DIR [options]

  --table T   the table that the job has written (default: CLICKHOUSE_TABLE)
  --json      for programs: one JSON object, with a handover for each topic

Reads the checkpoint of a stopped job and prints the commands that continue from it. It contacts no server and changes nothing.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      table: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    throw new UsageError(`give the folder of one checkpoint\n\n${HELP}`);
  }
  const found = handovers(await readCheckpoint(folder));
  if (values.json) {
    console.log(JSON.stringify({ handovers: found }));
    return 0;
  }
  const names = namesFromEnvironment(values.table);
  const pages = found.map((handover) => describeHandover(handover, names));
  console.log([...pages, MORE].join('\n\n'));
  return 0;
}

const MORE =
  'docs/guides/from-spark.md says what to do first, and what else differs from the job. If the topic has a partition that these\n' +
  'offsets do not include, it was added later: give it "0".';

function namesFromEnvironment(table: string | undefined) {
  const parsed = parseConfig(readEnvironment(), (path) => readFileSync(path, 'utf8'));
  if (parsed.kind === 'invalid') {
    throw new UsageError(`This environment can't be used:\n${parsed.faults.join('\n')}`);
  }
  const { taskQueue, defaults } = parsed.config;
  return { taskQueue, table: table ?? defaults.table };
}

runCommand(main);
