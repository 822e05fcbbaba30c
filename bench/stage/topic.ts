import { makeTopic, uniqueName, untilServed, withAdmin } from '../../test/support/kafka-topic.js';

/** Of hundreds of topics at once. */
const CREATE_TIMEOUT_MS = 60_000;

/** Makes an empty topic with a name of its own, ready to be written. */
export async function createTopic(broker: string, partitions: number): Promise<string> {
  const topic = uniqueName('bench');
  await withAdmin(broker, (admin) => makeTopic(admin, { topic, numPartitions: partitions }));
  return topic;
}

export async function deleteTopic(broker: string, topic: string): Promise<void> {
  await withAdmin(broker, (admin) => admin.deleteTopics({ topics: [topic] }));
}

/** Makes it a topic of so many partitions; resolves once each of them can be written. */
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

/** Many empty topics at once; gives their names once the last one can be written. */
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
