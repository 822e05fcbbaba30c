import { freePort } from '../../dev/stack/free-port.js';
import type { KafkaSettings } from '../../dev/stack/kafka-settings.js';
import type { Server } from '../../dev/stack/server.js';
import { type Stack, startStack } from '../../dev/stack/start-stack.js';
import { SHORT_LIVED_JVM } from '../../dev/stack/kafka.js';
import { ensureOlderKafka } from '../support/older-kafka.js';
import type { FaultCase } from './fault-case.js';
import { type InsertTap, openInsertTap } from './net/insert-tap.js';
import { createKafkaTap, type KafkaTap } from './net/kafka-tap.js';
import { type Link, openLink } from './net/link.js';
import { withListener } from './net/linked-listener.js';

/** Real servers of a group of cases, and the network links that lead to them. */
export interface FaultStack extends Stack {
  readonly links: Links;
  readonly insertTap: InsertTap;
  readonly kafkaTap: KafkaTap;
  /** All servers run, links are open, nothing is held. */
  calm(): Promise<void>;
}

export interface Links {
  readonly kafka: Link;
  /** Leads through the tap. */
  readonly clickHouse: Link;
  readonly temporal: Link;
}

/**
 * With several brokers the link to Kafka leads to the first one, which tells its clients the addresses of the others.
 */
export async function startFaultStack({
  brokers = 1,
  kafkaVersion,
}: Pick<FaultCase, 'brokers' | 'kafkaVersion'> = {}): Promise<FaultStack> {
  const kafkaTap = createKafkaTap();
  const behindLink = await freePort();
  const kafka = await openLink({ target: behindLink, watch: kafkaTap.watch });
  const ports = { port: behindLink, advertised: kafka.port };
  const stack = await startStack({
    brokers,
    kafkaFlags: SHORT_LIVED_JVM,
    ...(kafkaVersion !== undefined && { brokerJars: await ensureOlderKafka(kafkaVersion) }),
    ...(brokers > 1 && { ports: { kafka: behindLink } }),
    // A broker tells its clients where to connect. Clients of the link must be sent back to the link.
    kafkaSettings: (own) => ({
      ...(brokers === 1 ? withListener(own, ports) : own),
      ...IMPATIENT,
    }),
  });
  const insertTap = await openInsertTap(stack.addresses.clickHouse);
  const links = {
    kafka,
    clickHouse: await openLink({ target: insertTap.port }),
    temporal: await openLink({ target: portOf(stack.addresses.temporal) }),
  };
  return {
    ...stack,
    links,
    insertTap,
    kafkaTap,
    async calm() {
      await Promise.all([...stack.brokers, stack.clickHouse, stack.temporal].map(revive));
      insertTap.rest();
      kafkaTap.clear();
      for (const link of Object.values(links)) link.heal();
    },
    async stop() {
      await Promise.all(Object.values(links).map((link) => link.close()));
      await insertTap.close();
      await stack.stop();
    },
  };
}

async function revive(server: Server): Promise<void> {
  if (server.pid === null) await server.restart();
  else await server.kill('SIGCONT');
}

export function portOf(address: string): number {
  return Number(new URL(`tcp://${address}`).port);
}

/** What brokers otherwise do every few minutes, for cases that wait for it. */
const IMPATIENT: KafkaSettings = {
  'log.cleaner.backoff.ms': '100',
  'log.retention.check.interval.ms': '500',
  'log.segment.delete.delay.ms': '100',
  'log.initial.task.delay.ms': '100',
};
