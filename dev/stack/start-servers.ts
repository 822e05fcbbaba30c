import { join } from 'node:path';
import { clickHouseCommand } from './clickhouse.js';
import { freePort, isFree } from './free-port.js';
import type { KafkaJars } from './kafka-jars.js';
import { kafkaCommand } from './kafka.js';
import { type KafkaCluster, startKafkaCluster } from './kafka-cluster.js';
import type { ServerCommand } from './server-command.js';
import { type Server, startServer } from './server.js';
import type { StackAddresses } from './stack-addresses.js';
import { StackError } from './stack-error.js';
import type { StackOptions } from './stack-options.js';
import { temporalCommand } from './temporal.js';

export interface ServerPlan extends StackOptions {
  readonly folder: string;
  readonly temporalProgram: string;
  readonly kafkaJars: KafkaJars;
  /** The folder whose packages contain ClickHouse's engine; null for this package's own. */
  readonly engineFolder: string | null;
}

export interface StartedServers {
  readonly addresses: StackAddresses;
  readonly temporal: Server;
  /** All of Kafka as one server. With several nodes, its address lists the brokers. */
  readonly kafka: Server;
  /** Each broker by its id, from 1. */
  readonly brokers: readonly Server[];
  /** The controller of several brokers; null if the only broker is its own controller. */
  readonly controller: Server | null;
  readonly clickHouse: Server;
}

/** Starts the three servers in parallel. If one fails, all are stopped. */
export async function startServers(plan: ServerPlan): Promise<StartedServers> {
  const { ports = {} } = plan;
  await refuseTakenPorts(Object.values(ports));
  const onEnd = plan.onEnd ?? (() => undefined);
  let uiPort = 0;

  const starts = [
    startOnPorts(
      ports.temporal !== undefined && ports.temporalUi !== undefined,
      onEnd,
      async () => {
        uiPort = ports.temporalUi ?? (await freePort());
        return temporalCommand({
          folder: join(plan.folder, 'temporal'),
          port: ports.temporal ?? (await freePort()),
          uiPort,
          program: plan.temporalProgram,
          flags: plan.temporalFlags ?? [],
        });
      },
    ),
    startKafka(plan, onEnd),
    startOnPorts(ports.clickHouse !== undefined, onEnd, async () =>
      clickHouseCommand({
        folder: join(plan.folder, 'clickhouse'),
        port: ports.clickHouse ?? (await freePort()),
        engineFolder: plan.engineFolder,
        flags: plan.clickHouseFlags ?? [],
      }),
    ),
  ] as const;
  const [temporal, kafka, clickHouse] = await allOrNone(starts);
  return {
    temporal,
    kafka: kafka.whole,
    brokers: kafka.brokers,
    controller: kafka.controller,
    clickHouse,
    addresses: {
      temporal: temporal.address,
      temporalUi: `http://127.0.0.1:${uiPort}`,
      kafka: kafka.whole.address,
      clickHouse: clickHouse.address,
    },
  };
}

async function refuseTakenPorts(given: readonly (number | undefined)[]): Promise<void> {
  for (const port of given) {
    if (port !== undefined && !(await isFree(port))) {
      throw new StackError(`port ${port} is taken: stop the program that uses it, or give another`);
    }
  }
}

type Kafka = Pick<KafkaCluster, 'whole' | 'brokers'> & { readonly controller: Server | null };

async function startKafka(plan: ServerPlan, onEnd: (what: string) => void): Promise<Kafka> {
  const { ports = {}, brokers = 1, kafkaFlags: flags } = plan;
  const { brokerJars: jars = plan.kafkaJars } = plan;
  const folder = join(plan.folder, 'kafka');
  const change = plan.kafkaSettings ?? ((settings) => settings);
  if (brokers > 1) {
    const cluster = { folder, jars, flags, change, brokers, port: ports.kafka };
    return againOnOtherPorts(() => startKafkaCluster(cluster, { onEnd }));
  }
  const server = await startOnPorts(false, onEnd, async () => {
    const port = ports.kafka ?? (await freePort());
    return kafkaCommand({ folder, port, controllerPort: await freePort(), jars, flags, change });
  });
  return { whole: server, brokers: [server], controller: null };
}

async function allOrNone(
  starts: readonly [Promise<Server>, Promise<Kafka>, Promise<Server>],
): Promise<readonly [Server, Kafka, Server]> {
  try {
    return await Promise.all(starts);
  } catch (error) {
    const settled = await Promise.allSettled(starts);
    const started = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    await Promise.all(started.map((each) => ('whole' in each ? each.whole : each).stop()));
    throw error;
  }
}

/** If this function chose a port, another program may have taken it in the meantime: tries once more, on other ports. */
async function startOnPorts(
  areGiven: boolean,
  onEnd: (what: string) => void,
  command: () => Promise<ServerCommand>,
): Promise<Server> {
  const start = async () => startServer(await command(), { onEnd });
  return areGiven ? start() : againOnOtherPorts(start);
}

async function againOnOtherPorts<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch {
    return start();
  }
}
