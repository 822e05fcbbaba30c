import { withAdmin } from '../../support/kafka-topic.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Server } from '../../../dev/stack/server.js';
import type { Scene } from '../scene.js';

/** The placement of a partition, by broker ids. */
export interface Place {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** Ordered by partition. */
export async function layoutOf({ stack, topic }: Scene): Promise<readonly Place[]> {
  return withAdmin(stack.addresses.kafka, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return (topics[0]?.partitions ?? [])
      .map(({ partitionId, leader, replicas, isr }) => {
        return { partition: partitionId, leader, replicas, inSync: isr };
      })
      .sort((a, b) => a.partition - b.partition);
  });
}

/** A broker that leads a partition, or must acknowledge its records. */
export function partitionsOn(layout: readonly Place[], id: number): readonly number[] {
  return layout.filter(({ replicas }) => replicas.includes(id)).map(({ partition }) => partition);
}

export function brokerOf({ stack }: Scene, id: number): Server {
  const broker = stack.brokers[id - 1];
  if (broker === undefined) throw new Error(`there is no broker ${id}`);
  return broker;
}

/** Waits until every replica of the topic has caught up. */
export async function untilAllInSync(scene: Scene): Promise<void> {
  const isDone = async () => {
    const layout = await layoutOf(scene).catch(() => []);
    return (
      layout.length > 0 && layout.every(({ inSync, replicas }) => inSync.length === replicas.length)
    );
  };
  await waitUntil(isDone, { what: `all replicas of ${scene.topic} are in sync` });
}

/** Assigns these replicas to each partition, and waits until it has no others. */
export async function reassign(
  scene: Scene,
  replicas: readonly (readonly number[])[],
): Promise<void> {
  const { topic } = scene;
  const partitionAssignment = replicas.map((ids, partition) => {
    return { partition, replicas: [...ids] };
  });
  await withAdmin(scene.stack.addresses.kafka, (admin) =>
    admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] }),
  );
  const isDone = async () => {
    const layout = await layoutOf(scene).catch(() => []);
    return replicas.every((ids, partition) => {
      const place = layout[partition];
      return place?.replicas.join() === ids.join() && place.inSync.length === ids.length;
    });
  };
  await waitUntil(isDone, { what: `${topic} is reassigned` });
}

/** The broker with the group's offsets, by Kafka's rule: the leader of one partition of the offsets topic. */
export async function coordinatorOf({ stack, groupId }: Scene): Promise<number> {
  return withAdmin(stack.addresses.kafka, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
    const partitions = topics[0]?.partitions ?? [];
    let hash = 0;
    for (const character of groupId) hash = (Math.imul(31, hash) + character.charCodeAt(0)) | 0;
    const at = (hash & 0x7fffffff) % partitions.length;
    return partitions.find(({ partitionId }) => partitionId === at)?.leader ?? -1;
  });
}
