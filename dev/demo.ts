import { dirname } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createProgressBar } from './demo/progress-bar.js';
import { startDemoWorker } from './demo/demo-worker.js';
import { DEMO, type DemoResult, runDemo } from './demo/run-demo.js';
import { wholeNumber } from './command-line/whole-number.js';
import { runCommand } from './command-line/run-command.js';
import { untilAskedToEnd } from './stack/ask-to-end.js';
import { type Stack, startStack } from './stack/start-stack.js';

/** `npm run demo`: everything once, on this machine, with real servers. */

const HELP = `npm run demo -- [options]

  --events N      how many events to move, 100,000 unless given
  --bad PERMILLE  so many in a thousand are unfit and become dead letters, none unless given
  --exit          end when they are moved; without it everything stays up for looking around
  --json          the last line of standard output is one JSON object with the figures`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '100000' },
      bad: { type: 'string', default: '0' },
      exit: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const options = {
    events: wholeNumber('events', values.events),
    badPermille: wholeNumber('bad', values.bad),
    bar: createProgressBar(process.stderr),
  };
  const { asked, ask } = untilAskedToEnd();
  console.error('Starting Temporal, Kafka and ClickHouse on this machine.');
  const stack = await Promise.race([startStack({ onEnd: ask }), asked]);
  if (typeof stack === 'string') process.exit(130);
  const worker = startDemoWorker(stack);
  try {
    const result = await Promise.race([runDemo(stack, worker, options), asked]);
    if (typeof result === 'string') return 130;
    console.log(report(result));
    if (!values.exit) {
      console.log(whatNext(stack));
      await asked;
    }
    if (values.json) console.log(JSON.stringify(result));
    return result.lost === 0 && result.doubled === 0 ? 0 : 1;
  } finally {
    await worker.stop();
    await stack.stop();
    ask('');
  }
}

function report(result: DemoResult): string {
  const { produced, rows, deadLetters, lost, doubled, batches, seconds, rowsPerSecond } = result;
  const lines = Object.entries({ produced, rows, 'dead letters': deadLetters, lost, doubled });
  return [
    '',
    ...lines.map(
      ([name, count]) => `${name.padEnd(13)}${count.toLocaleString('en-US').padStart(12)}`,
    ),
    '',
    `${batches} batches in ${seconds.toFixed(1)} s: ${rowsPerSecond.toLocaleString('en-US')} rows/s`,
  ].join('\n');
}

function whatNext({ addresses, temporalProgram }: Stack): string {
  return `
Watch the batches:  ${addresses.temporalUi ?? ''}/namespaces/default/workflows/${DEMO.workflowId}
Ask the table:      curl '${addresses.clickHouse}' --data 'SELECT * FROM ${DEMO.table} LIMIT 3 FORMAT Vertical'

export TEMPORAL_ADDRESS=${addresses.temporal} KAFKA_BOOTSTRAP_SERVERS=${addresses.kafka}
export PATH="${dirname(temporalProgram)}:$PATH"
temporal workflow signal --workflow-id ${DEMO.workflowId} --name pause --input '{"reason":"lunch"}'
npm run produce -- --events 1000
temporal workflow signal --workflow-id ${DEMO.workflowId} --name resume

Ctrl-C ends it all.`;
}

runCommand(main);
