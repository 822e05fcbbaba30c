import kafkajs from 'kafkajs';
import { randomUUID } from 'node:crypto';

/** Makes an empty topic with a name of its own. */
export async function createTopic(brokers: string, partitions: number): Promise<string> {
  const topic = `bench-${randomUUID().slice(0, 8)}`;
  await withAdmin(brokers, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true }),
  );
  return topic;
}

export async function deleteTopic(brokers: string, topic: string): Promise<void> {
  await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: [topic] }));
}

async function withAdmin<T>(
  brokers: string,
  use: (admin: kafkajs.Admin) => Promise<T>,
): Promise<T> {
  const kafka = new kafkajs.Kafka({
    clientId: 'millrace-bench',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
