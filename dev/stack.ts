import { Kafka, logLevel } from 'kafkajs';
import process from 'node:process';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './command-line/run-command.js';
import { UsageError } from './command-line/usage-error.js';
import { ensureTopic } from './events/create-topic.js';
import { untilAskedToEnd } from './stack/ask-to-end.js';
import { addressVariables } from './stack/environment.js';
import { freePort, isFree } from './stack/free-port.js';
import type { StackPorts } from './stack/stack-options.js';
import { type Stack, startStack } from './stack/start-stack.js';

/** `npm run stack`: starts real servers for `npm start` and for trying things out. */

const HELP = `npm run stack -- [options]

  --data DIR            keep the data of all servers in DIR; without it nothing is kept
  --brokers N           Kafka brokers, 1 to 9; several get a controller of their own, and topics up to three replicas
  --temporal-port N     default: 7233
  --ui-port N           8233
  --kafka-port N        9092
  --clickhouse-port N   8123

If a port is taken and was not given, a free one is used instead.`;

const USUAL_PORTS = { temporal: 7_233, temporalUi: 8_233, kafka: 9_092, clickHouse: 8_123 };
const TOPIC = 'stream-events';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      brokers: { type: 'string', default: '1' },
      'temporal-port': { type: 'string' },
      'ui-port': { type: 'string' },
      'kafka-port': { type: 'string' },
      'clickhouse-port': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const ports = await choosePorts({
    temporal: parsePort(values['temporal-port']),
    temporalUi: parsePort(values['ui-port']),
    kafka: parsePort(values['kafka-port']),
    clickHouse: parsePort(values['clickhouse-port']),
  });
  const brokers = parseBrokers(values.brokers);
  const { asked, ask } = untilAskedToEnd();
  const starting = startStack({
    ports,
    brokers,
    onEnd: ask,
    ...(values.data === undefined ? {} : { data: values.data }),
  });
  const stack = await Promise.race([starting, asked]);
  // The servers that have been started so far end with this process.
  if (typeof stack === 'string') process.exit(130);
  await ensureTopic(
    new Kafka({ brokers: stack.addresses.kafka.split(','), logLevel: logLevel.NOTHING }),
    TOPIC,
  );
  console.log(describe(stack, values.data));
  const why = await asked;
  console.log(why === '' ? '\nStopping the servers.' : `\nStopping the servers: ${why}`);
  await stack.stop();
  return why === '' ? 0 : 1;
}

type AskedPorts = Readonly<Record<keyof typeof USUAL_PORTS, number | undefined>>;

async function choosePorts(asked: AskedPorts): Promise<StackPorts> {
  const choose = async (name: keyof typeof USUAL_PORTS) => {
    const given = asked[name];
    if (given !== undefined) return given;
    const usual = USUAL_PORTS[name];
    if (await isFree(usual)) return usual;
    const other = await freePort();
    console.log(`Port ${usual} is taken: using ${other} instead.`);
    return other;
  };
  return {
    temporal: await choose('temporal'),
    temporalUi: await choose('temporalUi'),
    kafka: await choose('kafka'),
    clickHouse: await choose('clickHouse'),
  };
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`a port must be a number from 1 to 65535, not ${text}`);
}

/** Each broker takes half a GiB. */
function parseBrokers(text: string): number {
  if (/^[1-9]$/.test(text)) return Number(text);
  throw new UsageError(`--brokers takes a number from 1 to 9, not ${text}`);
}

function describe({ addresses, ...stack }: Stack, data: string | undefined): string {
  const exported = Object.entries(addressVariables(addresses)).map(
    ([name, value]) => `export ${name}=${value}`,
  );
  return `
Temporal     ${addresses.temporal}
Temporal UI  ${addresses.temporalUi ?? ''}
Kafka        ${addresses.kafka}, with the topic ${TOPIC}
ClickHouse   ${addresses.clickHouse}

For npm start, npm run produce, temporal and Kafka's tools in another terminal:

${exported.join('\n')}
export PATH="${dirname(stack.temporalProgram)}:${stack.kafkaToolFolder}:$PATH"

Logs are in ${stack.folder}. Ctrl-C stops everything${data === undefined ? ', and removes its data' : ''}.`;
}

runCommand(main);
