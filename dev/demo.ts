import process from 'node:process';
import { parseArgs } from 'node:util';
import { styleFor } from '../src/cli/text/style.js';
import { runCommand } from './command-line/run-command.js';
import { wholeNumber } from './command-line/whole-number.js';
import { demo, demoReport } from './demo/demo.js';
import { STREAM_EVENTS } from './demo/demo-subject.js';
import { isComplete } from './demo/run-demo.js';

/** `npm run demo`: a complete run on this machine, with real servers. */

const HELP = `npm run demo -- [options]

  --events N      how many events to move (default: 100,000)
  --bad PERMILLE  how many in a thousand are invalid and become dead letters (default: 0)
  --exit          end when all events are moved; without it, everything stays up so that you can look around
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
    subject: STREAM_EVENTS,
    events: wholeNumber('events', values.events),
    badPermille: wholeNumber('bad', values.bad),
    isBrief: values.exit,
    millrace: 'npm run --silent millrace --',
    say: (text: string) => {
      console.error(text);
    },
    suggest: (text: string) => {
      console.log(text);
    },
  };
  const result = await demo(options, (found) => {
    console.log(demoReport(found, styleFor(process.stdout, process.env)));
  });
  if (result === null) return 130;
  if (values.json) console.log(JSON.stringify(result));
  return isComplete(result) ? 0 : 1;
}

runCommand(main);
