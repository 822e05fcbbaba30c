import { Kafka, logLevel } from 'kafkajs';
import { dirname } from 'node:path';
import { ensureTopic } from '../events/create-topic.js';
import { untilAskedToEnd } from './ask-to-end.js';
import { addressVariables } from './environment.js';
import { freePort, isFree } from './free-port.js';
import type { StackAddresses } from './stack-addresses.js';
import type { StackPorts } from './stack-options.js';
import { type Stack, startStack } from './start-stack.js';

export interface StackRequest {
  /** The ports that were given. The others are the usual ones, or free ones if those are taken. */
  readonly ports: Readonly<Record<keyof typeof USUAL_PORTS, number | undefined>>;
  readonly brokers: number;
  /** The folder that keeps the data; without it nothing is kept. */
  readonly data: string | undefined;
  /** Tells people what happens now. */
  readonly say: (text: string) => void;
}

/** Servers that are ready. */
export interface RunningStack {
  readonly addresses: StackAddresses;
  /** For the environment of the worker and the command. */
  readonly variables: Readonly<Record<string, string>>;
  /** What people need to know about them, with lines to paste into another terminal. */
  readonly description: string;
}

const USUAL_PORTS = { temporal: 7_233, temporalUi: 8_233, kafka: 9_092, clickHouse: 8_123 };
const TOPIC = 'stream-events';

/**
 * Runs the servers until Ctrl-C, SIGTERM or the end of the parent. Returns `interrupted` if that came before they were ready;
 * those that had started end with this process. Returns `failed` if a server ended by itself.
 */
export async function runStack(
  request: StackRequest,
  onReady: (stack: RunningStack) => void,
): Promise<'stopped' | 'failed' | 'interrupted'> {
  const { brokers, data, say } = request;
  const ports = await choosePorts(request);
  const { asked, ask } = untilAskedToEnd();
  const options = { ports, brokers, onEnd: ask };
  const starting = startStack(data === undefined ? options : { ...options, data });
  const stack = await Promise.race([starting, asked]);
  if (typeof stack === 'string') return 'interrupted';
  const { addresses } = stack;
  await ensureTopic(
    new Kafka({ brokers: addresses.kafka.split(','), logLevel: logLevel.NOTHING }),
    TOPIC,
  );
  const variables = addressVariables(addresses);
  onReady({ addresses, variables, description: describe(stack, variables, data) });
  const why = await asked;
  say(why === '' ? '\nStopping the servers.' : `\nStopping the servers: ${why}`);
  await stack.stop();
  return why === '' ? 'stopped' : 'failed';
}

async function choosePorts({ ports, say }: StackRequest): Promise<StackPorts> {
  const choose = async (name: keyof typeof USUAL_PORTS) => {
    const given = ports[name];
    if (given !== undefined) return given;
    const usual = USUAL_PORTS[name];
    if (await isFree(usual)) return usual;
    const other = await freePort();
    say(`Port ${usual} is taken: using ${other} instead.`);
    return other;
  };
  return {
    temporal: await choose('temporal'),
    temporalUi: await choose('temporalUi'),
    kafka: await choose('kafka'),
    clickHouse: await choose('clickHouse'),
  };
}

function describe(
  { addresses, ...stack }: Stack,
  variables: RunningStack['variables'],
  data: string | undefined,
): string {
  const exported = Object.entries(variables).map(([name, value]) => `export ${name}=${value}`);
  return `
Temporal     ${addresses.temporal}
Temporal UI  ${addresses.temporalUi ?? ''}
Kafka        ${addresses.kafka}, with the topic ${TOPIC}
ClickHouse   ${addresses.clickHouse}

For the worker, millrace, temporal and Kafka's tools in another terminal:

${exported.join('\n')}
export PATH="${dirname(stack.temporalProgram)}:${stack.kafkaToolFolder}:$PATH"

Logs are in ${stack.folder}. Ctrl-C stops everything${data === undefined ? ', and removes its data' : ''}.`;
}
