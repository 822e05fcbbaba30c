import kafkajs from 'kafkajs';

/** Which broker, as `HOST:PORT`, leads each partition of a topic. */
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
