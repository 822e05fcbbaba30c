import { makeTopic, uniqueName, withAdmin } from '../../test/support/kafka-topic.js';

/** Makes an empty topic with a name of its own, ready to be written. */
export async function createTopic(broker: string, partitions: number): Promise<string> {
  const topic = uniqueName('bench');
  await withAdmin(broker, (admin) => makeTopic(admin, { topic, numPartitions: partitions }));
  return topic;
}

export async function deleteTopic(broker: string, topic: string): Promise<void> {
  await withAdmin(broker, (admin) => admin.deleteTopics({ topics: [topic] }));
}
