import { join } from 'node:path';
import { clickHouseCommand } from './clickhouse.js';
import { freePort, isFree } from './free-port.js';
import type { KafkaJars } from './kafka-jars.js';
import { kafkaCommand } from './kafka.js';
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
}

export interface StartedServers {
  readonly addresses: StackAddresses;
  readonly temporal: Server;
  readonly kafka: Server;
  readonly clickHouse: Server;
}

/** Starts the three side by side. When one fails, none is left. */
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
    startOnPorts(false, onEnd, async () =>
      kafkaCommand({
        folder: join(plan.folder, 'kafka'),
        port: ports.kafka ?? (await freePort()),
        controllerPort: await freePort(),
        jars: plan.kafkaJars,
        change: plan.kafkaSettings ?? ((settings) => settings),
      }),
    ),
    startOnPorts(ports.clickHouse !== undefined, onEnd, async () =>
      clickHouseCommand({
        folder: join(plan.folder, 'clickhouse'),
        port: ports.clickHouse ?? (await freePort()),
        flags: plan.clickHouseFlags ?? [],
      }),
    ),
  ] as const;
  const [temporal, kafka, clickHouse] = await allOrNone(starts);
  return {
    temporal,
    kafka,
    clickHouse,
    addresses: {
      temporal: temporal.address,
      temporalUi: `http://127.0.0.1:${uiPort}`,
      kafka: kafka.address,
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

async function allOrNone(
  starts: readonly [Promise<Server>, Promise<Server>, Promise<Server>],
): Promise<readonly [Server, Server, Server]> {
  try {
    return await Promise.all(starts);
  } catch (error) {
    const settled = await Promise.allSettled(starts);
    const started = settled.filter((start) => start.status === 'fulfilled');
    await Promise.all(started.map(({ value }) => value.stop()));
    throw error;
  }
}

/** Where a port was chosen here, another program may have taken it in between: one more try, with other ports. */
async function startOnPorts(
  areGiven: boolean,
  onEnd: (what: string) => void,
  command: () => Promise<ServerCommand>,
): Promise<Server> {
  try {
    return await startServer(await command(), { onEnd });
  } catch (error) {
    if (areGiven) throw error;
    return await startServer(await command(), { onEnd });
  }
}
