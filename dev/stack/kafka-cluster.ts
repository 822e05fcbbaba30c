import kafkajs from 'kafkajs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterId } from './cluster-id.js';
import { freePort } from './free-port.js';
import { kafkaCommand, type KafkaPlan } from './kafka.js';
import { CONTROLLER_ID, dataFolder, type KafkaNode } from './kafka-settings.js';
import { type Server, type ServerEvents, startServer } from './server.js';
import { StackError } from './stack-error.js';

export interface ClusterPlan extends Pick<KafkaPlan, 'folder' | 'jars' | 'flags' | 'change'> {
  readonly brokers: number;
  /** The port of the first broker; the other nodes get free ones. */
  readonly port?: number | undefined;
}

/** One controller and several brokers, each a process of its own. */
export interface KafkaCluster {
  readonly controller: Server;
  /** Ordered by id, from 1. */
  readonly brokers: readonly Server[];
  /** All nodes as one server, whose address lists the brokers. */
  readonly whole: Server;
}

/** A broker registers within a second on an idle machine. */
const JOIN_TIMEOUT_MS = 90_000;
const POLL_MS = 100;

/** Starts the cluster and waits until every broker has joined. If one node fails, all are stopped. */
export async function startKafkaCluster(
  plan: ClusterPlan,
  events: ServerEvents,
): Promise<KafkaCluster> {
  const controllerPort = await freePort();
  const { brokers: count } = plan;
  const shared = { clusterId: keptClusterId(plan.folder) ?? clusterId(), brokers: count };
  const start = async (id: number, role: KafkaNode['role'], port: number) => {
    const folder = nodeFolder(plan.folder, { id, role });
    const node = { ...shared, id, role };
    return startServer(await kafkaCommand({ ...plan, folder, port, controllerPort, node }), events);
  };
  const ports = await distinctPorts(count, plan.port);
  const started: Server[] = [];
  const keep = (server: Server) => {
    started.push(server);
    return server;
  };
  try {
    const controller = keep(await start(CONTROLLER_ID, 'controller', controllerPort));
    const starts = ports.map(async (port, index) => keep(await start(index + 1, 'broker', port)));
    const settled = await Promise.allSettled(starts);
    const brokers = settled.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
    await untilJoined(brokers);
    return { controller, brokers, whole: asOneServer(controller, brokers) };
  } catch (error) {
    await Promise.all(started.map((server) => server.stop()));
    throw error;
  }
}

function nodeFolder(folder: string, { id, role }: Pick<KafkaNode, 'id' | 'role'>): string {
  return join(folder, `${role}-${id}`);
}

/** Existing data belongs to the cluster that wrote it. An added broker must join that cluster. */
function keptClusterId(folder: string): string | null {
  const controller = nodeFolder(folder, { id: CONTROLLER_ID, role: 'controller' });
  const file = join(dataFolder(controller), 'meta.properties');
  if (!existsSync(file)) return null;
  return /^cluster\.id=(\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? null;
}

async function distinctPorts(count: number, first: number | undefined): Promise<number[]> {
  const ports = new Set(first === undefined ? [] : [first]);
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** Waits for all brokers: one answers before the others have joined, but a topic may need a replica on each. */
async function untilJoined(brokers: readonly Server[]): Promise<void> {
  const kafka = new kafkajs.Kafka({
    clientId: 'millrace-stack',
    brokers: brokers.map(({ address }) => address),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const deadline = Date.now() + JOIN_TIMEOUT_MS;
    while ((await admin.describeCluster()).brokers.length < brokers.length) {
      if (Date.now() > deadline) throw new StackError('a Kafka broker did not join the cluster');
      await sleep(POLL_MS);
    }
  } finally {
    await admin.disconnect();
  }
}

function asOneServer(controller: Server, brokers: readonly Server[]): Server {
  const all = [...brokers, controller];
  return {
    name: 'Kafka',
    address: brokers.map(({ address }) => address).join(','),
    logFile: controller.logFile,
    get pid() {
      return all.every(({ pid }) => pid !== null) ? controller.pid : null;
    },
    async kill(signal) {
      const running = all.filter((server) => server.pid !== null);
      await Promise.all(running.map((server) => server.kill(signal)));
    },
    async restart() {
      await controller.restart();
      await Promise.all(brokers.map((broker) => broker.restart()));
    },
    async stop() {
      // Stop the brokers first: they hand over their partitions to each other, and need the controller for that.
      await Promise.all(brokers.map((broker) => broker.stop()));
      await controller.stop();
    },
  };
}
