import { makeTopic, uniqueName, untilServed, withAdmin } from '../../test/support/kafka-topic.js';

/** For hundreds of topics at once. */
const CREATE_TIMEOUT_MS = 60_000;

/** Creates an empty topic with a unique name, ready for writes. */
export async function createTopic(broker: string, partitions: number): Promise<string> {
  const topic = uniqueName('bench');
  await withAdmin(broker, (admin) => makeTopic(admin, { topic, numPartitions: partitions }));
  return topic;
}

export async function deleteTopic(broker: string, topic: string): Promise<void> {
  await withAdmin(broker, (admin) => admin.deleteTopics({ topics: [topic] }));
}

/** Gives the topic this many partitions. Resolves once each of them accepts writes. */
export async function addPartitions(
  broker: string,
  topic: string,
  partitions: number,
): Promise<void> {
  await withAdmin(broker, async (admin) => {
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
    await untilServed(admin, topic, partitions);
  });
}

/** Creates many empty topics at once. Returns their names once the last one accepts writes. */
export async function createTopics(
  broker: string,
  { count, partitions }: { readonly count: number; readonly partitions: number },
): Promise<readonly string[]> {
  const names = Array.from({ length: count }, () => uniqueName('bench'));
  const topics = names.map((topic) => ({ topic, numPartitions: partitions }));
  await withAdmin(broker, async (admin) => {
    await admin.createTopics({ topics, waitForLeaders: false, timeout: CREATE_TIMEOUT_MS });
    for (const topic of names) await untilServed(admin, topic, partitions);
  });
  return names;
}

export async function deleteTopics(broker: string, topics: readonly string[]): Promise<void> {
  await withAdmin(broker, (admin) => admin.deleteTopics({ topics: [...topics] }));
}
