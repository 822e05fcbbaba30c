import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuardedFolder } from '../../dev/stack/guarded-folder.js';
import { type KafkaCluster, startKafkaCluster } from '../../dev/stack/kafka-cluster.js';
import { ensureKafkaJars } from '../../dev/stack/kafka-jars.js';
import type { KafkaSettings } from '../../dev/stack/kafka-settings.js';
import { createProgress } from '../../dev/stack/progress.js';
import { SHORT_LIVED_JVM } from '../../dev/stack/kafka.js';
import { uniqueName, withAdmin } from './kafka-topic.js';
import { waitUntil } from './wait-until.js';

/** A separate real Kafka cluster, whose brokers may be killed one by one. */
export interface OwnCluster extends KafkaCluster {
  /** All brokers, separated by commas. */
  readonly address: string;
  stop(): Promise<void>;
}

export async function startOwnCluster(
  count: number,
  change: (settings: KafkaSettings) => KafkaSettings = (settings) => settings,
): Promise<OwnCluster> {
  const jars = await ensureKafkaJars(createProgress(process.stderr));
  const folder = await createGuardedFolder(join(tmpdir(), 'millrace-kafka-cluster-'));
  const plan = { flags: SHORT_LIVED_JVM, folder: folder.path, brokers: count, jars, change };
  const cluster = await startKafkaCluster(plan, { onEnd: () => undefined });
  return {
    ...cluster,
    address: cluster.whole.address,
    stop: async () => {
      await cluster.whole.stop();
      await folder.remove();
    },
  };
}

export interface AssignedTopic {
  readonly topic?: string;
  /** Broker ids of each partition, the preferred leader first. */
  readonly replicas: readonly (readonly number[])[];
  readonly config?: Readonly<Record<string, string>>;
}

/** A topic with the given placement of replicas. Resolves with its name once every partition has its leader. */
export async function createAssignedTopic(
  address: string,
  { topic = uniqueName('topic'), replicas, config = {} }: AssignedTopic,
): Promise<string> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const replicaAssignment = replicas.map((ids, partition) => ({ partition, replicas: [...ids] }));
  await withAdmin(address, (admin) =>
    admin.createTopics({
      topics: [{ topic, replicaAssignment, configEntries }],
      waitForLeaders: false,
    }),
  );
  for (const [partition, ids] of replicas.entries()) {
    await untilLeads(address, { topic, partition, leader: ids[0] ?? 1 });
  }
  return topic;
}

/** Waits until the brokers that answer name this leader. */
export async function untilLeads(
  address: string,
  wanted: { readonly topic: string; readonly partition: number; readonly leader: number },
): Promise<void> {
  const { topic, partition, leader } = wanted;
  await waitUntil(async () => (await leaderOf(address, topic, partition)) === leader, {
    what: `broker ${leader} leads partition ${partition} of ${topic}`,
  });
}

/** Waits until all replicas of the partition have caught up. */
export async function untilInSync(
  address: string,
  { topic, partition, count }: { topic: string; partition: number; count: number },
): Promise<void> {
  const isInSync = async () => (await describe(address, topic, partition))?.isr.length === count;
  await waitUntil(isInSync, {
    what: `partition ${partition} of ${topic} has ${count} replicas in sync`,
  });
}

async function leaderOf(address: string, topic: string, partition: number): Promise<number> {
  return (await describe(address, topic, partition))?.leader ?? -1;
}

/** Null while no broker knows it. */
async function describe(address: string, topic: string, partition: number) {
  try {
    return await withAdmin(address, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition) ?? null;
    });
  } catch {
    return null;
  }
}
