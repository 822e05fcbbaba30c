import type { Kafka } from 'kafkajs';
import { untilLeadersServe } from './leaders.js';

/** How many partitions the sample topic has. */
export const SAMPLE_PARTITIONS = 4;

/** Creates the topic unless it exists. Returns its number of partitions, once every leader accepts records. */
export async function ensureTopic(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    // Returns false if the topic exists. That is not an error.
    await admin.createTopics({
      topics: [{ topic, numPartitions: SAMPLE_PARTITIONS }],
      waitForLeaders: true,
    });
    await untilLeadersServe(admin, topic);
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? SAMPLE_PARTITIONS;
  } finally {
    await admin.disconnect();
  }
}
