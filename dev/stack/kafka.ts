import kafkajs from 'kafkajs';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clusterId } from './cluster-id.js';
import { serverEnvironment } from './environment.js';
import { findJava } from './find-program.js';
import type { KafkaJars } from './kafka-jars.js';
import type { ServerCommand } from './server-command.js';
import { StackError } from './stack-error.js';

/** Lines of Kafka's `server.properties`. */
export type KafkaSettings = Readonly<Record<string, string>>;

export interface KafkaPlan {
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly jars: KafkaJars;
  /** Gets the settings and gives them as they are to be. */
  readonly change: (settings: KafkaSettings) => KafkaSettings;
}

/**
 * The log lives in the page cache, the heap only holds requests in flight: three million records went through 128 MiB,
 * the rest is room for many connections.
 */
const HEAP_MIB = 384;

/** One node, broker and controller in one; the log on disk outlives it. */
export async function kafkaCommand(plan: KafkaPlan): Promise<ServerCommand> {
  const { folder, port, jars } = plan;
  const java = findJava() ?? 'java';
  const settingsFile = join(folder, 'server.properties');
  await mkdir(folder, { recursive: true });
  await writeFile(settingsFile, toProperties(plan.change(ownSettings(plan))));
  await format(java, jars, { folder, settingsFile });
  const address = `127.0.0.1:${port}`;
  return {
    name: 'Kafka',
    address,
    command: java,
    arguments: [
      `-Xmx${HEAP_MIB}m`,
      // Few and small objects: the simplest collector needs the least of a machine that all servers share.
      '-XX:+UseSerialGC',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.showDateTime=true',
      '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
      ...['-cp', jars.classPath, 'kafka.Kafka', settingsFile],
    ],
    environment: serverEnvironment(),
    workFolder: folder,
    logFile: join(folder, 'kafka.log'),
    isReady: () => answers(address),
    advice: `Free port ${port}, or give another one; if its data is damaged, remove ${folder}.`,
  };
}

function ownSettings({ folder, port, controllerPort }: KafkaPlan): KafkaSettings {
  const listener = `PLAINTEXT://127.0.0.1:${port}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `${listener},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': listener,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': dataFolder(folder),
    'num.partitions': '4',
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    // One broker holds every internal topic once, in a few partitions instead of fifty.
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    // After SIGKILL the broker may only come back when its last session is over: 3 s instead of 9.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    // Its default is a third of the heap here.
    'log.cleaner.dedupe.buffer.size': String(16 * 2 ** 20),
  };
}

function dataFolder(folder: string): string {
  return join(folder, 'data');
}

/** Gives the data folder its ids, once. */
async function format(
  java: string,
  jars: KafkaJars,
  { folder, settingsFile }: { readonly folder: string; readonly settingsFile: string },
): Promise<void> {
  if (existsSync(join(dataFolder(folder), 'meta.properties'))) return;
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', settingsFile];
  try {
    await promisify(execFile)(
      java,
      ['-XX:TieredStopAtLevel=1', quiet, '-cp', jars.classPath, ...tool],
      { env: serverEnvironment() },
    );
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new StackError(
      `Kafka's data folder ${dataFolder(folder)} could not be prepared. What Kafka says:\n\n${stderr.trim()}\n\nCheck the settings given, that there is room on the disk, and that the folder can be written.`,
    );
  }
}

/** In the format of Java's properties files, where a backslash starts an escape. */
function toProperties(settings: KafkaSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}

/** Listening is not enough: the broker answers for topics only once the controller has accepted it. */
async function answers(address: string): Promise<boolean> {
  const kafka = new kafkajs.Kafka({
    clientId: 'millrace-stack',
    brokers: [address],
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    return brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
