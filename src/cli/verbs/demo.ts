import { CommandError, EXIT, UsageError } from '../errors.js';
import { styleFor } from '../text/style.js';
import { defineVerb } from '../verb.js';

const DEFAULT_EVENTS = 100_000;
const INTERRUPTED = 130;

export const demo = defineVerb({
  positionals: [{ name: 'pipeline', help: 'a pipeline of the config file', optional: true }],
  options: {
    events: { type: 'string', value: 'N', help: 'how many events to move (default: 100,000)' },
    exit: { type: 'boolean', help: 'stop the servers and end when all events are moved' },
  },
  description:
    "The servers are Temporal, Kafka and ClickHouse on this machine, on free ports and without data; yours are not used. The worker has the config file of this folder. Events are made from the columns of the pipeline's contract, or of the built-in contract if there is no config file. It needs Java 17, Maven and Python 3 with pip; the first start downloads about 750 MB into ~/.cache/millrace: ClickHouse's engine takes 550 MB, Kafka and Temporal 200 MB. The exit code is 0 only if the verdict is complete.",
  examples: ['millrace demo', 'millrace demo orders --events 10000 --exit'],
  async run(invocation) {
    const { positionals, values, environment, directory, stdout, json } = invocation;
    const note = (text: string) => {
      invocation.note(text);
    };
    const events = Number(values.events ?? DEFAULT_EVENTS);
    if (!Number.isSafeInteger(events) || events < 1) {
      throw new UsageError('--events takes the number of events to move: a whole number from 1');
    }
    const [{ demo: runDemo, demoReport }, { isComplete }, { findSubject }] = await Promise.all([
      import('../../../dev/demo/demo.js'),
      import('../../../dev/demo/run-demo.js'),
      import('../project/demo-subject.js'),
    ]);
    const subject = await findSubject({ environment, directory }, positionals[0] ?? null);
    const suggest = json ? note : (text: string) => void stdout.write(`${text}\n`);
    const options = {
      subject,
      events,
      badPermille: 0,
      isBrief: values.exit === true,
      millrace: 'npx millrace',
    };
    const found = await runDemo({ ...options, say: note, suggest }, (figures) => {
      if (!json) stdout.write(`${demoReport(figures, styleFor(stdout, environment))}\n`);
    }).catch((error: unknown) => {
      // The message is for people: what is missing on this machine, or why a server or the pipeline gave up.
      if (error instanceof Error && error.name === 'StackError')
        throw new CommandError(error.message);
      throw error;
    });
    if (found === null) return INTERRUPTED;
    if (json) invocation.result(found, '');
    return isComplete(found) ? EXIT.ok : EXIT.failed;
  },
});
