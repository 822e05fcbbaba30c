import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';

const SERVING_TIMEOUT_MS = 30_000;
const SERVING_POLL_MS = 50;

/** The leader of each partition of a topic, as `HOST:PORT`. Resolves once every leader accepts records. */
export async function findLeaders(
  brokers: string,
  topic: string,
): Promise<ReadonlyMap<number, string>> {
  const kafka = new kafkajs.Kafka({
    clientId: 'millrace-producer',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const cluster = await admin.describeCluster();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    await untilLeadersServe(admin, topic);
    const addresses = new Map(
      cluster.brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`]),
    );
    return new Map(
      topics.flatMap(({ partitions }) =>
        partitions.flatMap(({ partitionId, leader }) => {
          const address = addresses.get(leader);
          return address === undefined ? [] : [[partitionId, address] as const];
        }),
      ),
    );
  } finally {
    await admin.disconnect();
  }
}

/**
 * Metadata names the leader of a new partition a moment before that broker serves it. Until then the broker answers requests for
 * offsets, like batches, with NOT_LEADER_OR_FOLLOWER.
 */
export async function untilLeadersServe(
  admin: Pick<Admin, 'fetchTopicOffsets'>,
  topic: string,
): Promise<void> {
  const deadline = Date.now() + SERVING_TIMEOUT_MS;
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (!isNotYetLeader(error) || Date.now() > deadline) throw error;
    }
    await sleep(SERVING_POLL_MS);
  }
}

function isNotYetLeader(error: unknown): boolean {
  // The name of NOT_LEADER_OR_FOLLOWER in kafkajs.
  return error instanceof kafkajs.KafkaJSProtocolError && error.type === 'NOT_LEADER_FOR_PARTITION';
}
