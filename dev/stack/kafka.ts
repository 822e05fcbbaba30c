import kafkajs from 'kafkajs';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clusterId } from './cluster-id.js';
import { serverEnvironment } from './environment.js';
import { findJava } from './find-program.js';
import type { BrokerJars } from './kafka-jars.js';
import {
  dataFolder,
  type KafkaNode,
  type KafkaSettings,
  nodeSettings,
  toProperties,
} from './kafka-settings.js';
import { answersOnPort } from './free-port.js';
import type { ServerCommand } from './server-command.js';
import { StackError } from './stack-error.js';

export interface KafkaPlan {
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly jars: BrokerJars;
  /** More flags for the JVM. */
  readonly flags?: readonly string[] | undefined;
  /** Receives the settings and returns the ones to use. */
  readonly change: (settings: KafkaSettings) => KafkaSettings;
  /** Its role in a cluster; without one, it is broker and controller in one process. */
  readonly node?: KafkaNode;
}

/**
 * The log is in the page cache, and the heap only holds requests in flight. Three million records went through 128 MiB; the rest
 * is room for many connections.
 */
const HEAP_MIB = 384;

/** A controller with a few topics ran in 200 MiB for hours. */
const CONTROLLER_HEAP_MIB = 200;

/**
 * Flags for a short-lived JVM: without the optimizing compiler, a broker needs a third less CPU until it answers. That compiler
 * pays off only later.
 */
export const SHORT_LIVED_JVM: readonly string[] = ['-XX:TieredStopAtLevel=1'];

/** One node. Its log on disk survives a restart. */
export async function kafkaCommand(plan: KafkaPlan): Promise<ServerCommand> {
  const { folder, port, jars, node } = plan;
  const isController = node?.role === 'controller';
  const java = findJava() ?? 'java';
  const settingsFile = join(folder, 'server.properties');
  await mkdir(folder, { recursive: true });
  await writeFile(settingsFile, toProperties(plan.change(nodeSettings(plan))));
  await format(java, jars, { folder, settingsFile, id: node?.clusterId ?? clusterId() });
  const address = `127.0.0.1:${port}`;
  return {
    name: node === undefined ? 'Kafka' : `Kafka ${node.role} ${node.id}`,
    address,
    command: java,
    arguments: [
      `-Xmx${isController ? CONTROLLER_HEAP_MIB : HEAP_MIB}m`,
      // Objects are few and small, so the simplest collector uses the least of the shared machine.
      '-XX:+UseSerialGC',
      ...(plan.flags ?? []),
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.showDateTime=true',
      '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
      ...['-cp', jars.classPath, 'kafka.Kafka', settingsFile],
    ],
    environment: serverEnvironment(),
    workFolder: folder,
    logFile: join(folder, 'kafka.log'),
    isReady: () => (isController ? answersOnPort(port) : answers(address)),
    advice: `Free port ${port}, or give another one; if its data is damaged, remove ${folder}.`,
  };
}

/** Formats the data folder with its ids, once. */
async function format(
  java: string,
  jars: BrokerJars,
  {
    folder,
    settingsFile,
    id,
  }: { readonly folder: string; readonly settingsFile: string; readonly id: string },
): Promise<void> {
  if (existsSync(join(dataFolder(folder), 'meta.properties'))) return;
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
  const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', settingsFile];
  try {
    await promisify(execFile)(java, [...SHORT_LIVED_JVM, quiet, '-cp', jars.classPath, ...tool], {
      env: serverEnvironment(),
    });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new StackError(
      `Kafka's data folder ${dataFolder(folder)} could not be prepared. Kafka's output:\n\n${stderr.trim()}\n\nCheck the given settings, that the disk has free space, and that the folder is writable.`,
    );
  }
}

/** Asks for topics, because a broker that listens can answer only after the controller has accepted it. */
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
