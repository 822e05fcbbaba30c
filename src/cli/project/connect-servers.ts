import { type ClickHouse, createClickHouse } from '../../adapters/clickhouse/clickhouse.js';
import { EVENT_LAYOUT } from '../../adapters/clickhouse/schema/event-layout.js';
import { createKafka, type Kafka } from '../../adapters/kafka/kafka.js';
import { largestBatchBytes } from '../../domain/limits.js';
import type { Project } from './open-project.js';

/** Kafka and ClickHouse, as a worker of this project would use them. Nothing connects before it is asked. */
export interface Servers {
  readonly kafka: Kafka;
  readonly clickhouse: ClickHouse;
}

/** Runs the work with the servers and closes every connection behind it. */
export async function withServers<T>(
  { config, declared }: Project,
  work: (servers: Servers) => Promise<T>,
): Promise<T> {
  const kafka = createKafka({
    ...config.kafka,
    clientId: 'millrace-command',
    limits: { maxExpandedBatchBytes: largestBatchBytes(config.memoryMiB * 1_024 * 1_024) },
  });
  const clickhouse = createClickHouse({
    ...config.clickhouse,
    createTables: config.createTables,
    layout: EVENT_LAYOUT,
    contracts: declared.contracts,
  });
  try {
    return await work({ kafka, clickhouse });
  } finally {
    await Promise.all([kafka.close(), clickhouse.close()]);
  }
}
