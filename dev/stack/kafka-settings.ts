import { join } from 'node:path';

/** Lines of Kafka's `server.properties`. */
export type KafkaSettings = Readonly<Record<string, string>>;

/** One process of a cluster with a single controller. */
export interface KafkaNode {
  readonly id: number;
  readonly role: 'broker' | 'controller';
  /** The same for all nodes. */
  readonly clusterId: string;
  /** How many brokers the cluster has. */
  readonly brokers: number;
}

/** The id of the controller. Ids of brokers start at 1. */
export const CONTROLLER_ID = 100;

/** Kafka's own recommendation for topics that must survive the loss of a broker. */
const MAX_REPLICAS = 3;

interface Node {
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly node?: KafkaNode;
}

export function nodeSettings(plan: Node): KafkaSettings {
  const { folder, node } = plan;
  const replicas = Math.min(MAX_REPLICAS, node?.brokers ?? 1);
  return {
    ...(node === undefined ? singleNode(plan) : clusterNode(plan, node)),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': dataFolder(folder),
    'num.partitions': '4',
    'default.replication.factor': String(replicas),
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    // A few partitions instead of fifty.
    'offsets.topic.replication.factor': String(replicas),
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': String(replicas),
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    // The default would be a third of this heap.
    'log.cleaner.dedupe.buffer.size': String(16 * 2 ** 20),
  };
}

function singleNode({ port, controllerPort }: Node): KafkaSettings {
  const listener = `PLAINTEXT://127.0.0.1:${port}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `${listener},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': listener,
    'inter.broker.listener.name': 'PLAINTEXT',
    // After SIGKILL, a broker can come back only when its last session has expired: 3 s instead of 9.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
  };
}

function clusterNode({ port, controllerPort }: Node, { id, role }: KafkaNode): KafkaSettings {
  const listener = `PLAINTEXT://127.0.0.1:${port}`;
  return {
    'process.roles': role,
    'node.id': String(id),
    'controller.quorum.voters': `${CONTROLLER_ID}@127.0.0.1:${controllerPort}`,
    ...(role === 'controller'
      ? { listeners: `CONTROLLER://127.0.0.1:${controllerPort}` }
      : {
          listeners: listener,
          'advertised.listeners': listener,
          'inter.broker.listener.name': 'PLAINTEXT',
        }),
    // Several processes share the machine. A shorter session could expire while a broker waits for CPU.
    'broker.session.timeout.ms': '6000',
    'broker.heartbeat.interval.ms': '1000',
  };
}

export function dataFolder(folder: string): string {
  return join(folder, 'data');
}

/** In the format of Java's properties files, where a backslash starts an escape. */
export function toProperties(settings: KafkaSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}
