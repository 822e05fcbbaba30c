import { type ClickHouse, createClickHouse } from '../../adapters/clickhouse/clickhouse.js';
import { EVENT_LAYOUT } from '../../adapters/clickhouse/schema/event-layout.js';
import { createKafka, type Kafka } from '../../adapters/kafka/kafka.js';
import {
  BatchTooLarge,
  OffsetOutOfRange,
  TableMissing,
  TableUnfit,
  TopicMissing,
} from '../../domain/errors.js';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { largestBatchBytes } from '../../domain/limits.js';
import { CommandError } from '../errors.js';
import type { Project } from './open-project.js';

const SERVER_ERRORS = [
  BatchTooLarge,
  InsertFailed,
  OffsetOutOfRange,
  TopicMissing,
  TableMissing,
  TableUnfit,
];

/** Kafka and ClickHouse, as a worker of this project would use them. Both connect on the first request. */
export interface Servers {
  readonly kafka: Kafka;
  readonly clickhouse: ClickHouse;
}

/**
 * Runs the work with the servers and then closes every connection. Throws `CommandError` if a server refuses a request or does
 * not answer.
 */
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
  } catch (error) {
    throw forPeople(error);
  } finally {
    await Promise.all([kafka.close(), clickhouse.close()]);
  }
}

/** Turns errors of servers into `CommandError`, which has no stack, because the message is enough. Other errors keep theirs. */
function forPeople(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CommandError) return error;
  if (error.name === 'AbortError') return new CommandError('Interrupted.', { cause: error });
  const isOfServer = SERVER_ERRORS.some((kind) => error instanceof kind);
  // The adapters throw a plain Error when they give up after retries.
  const isPlain = Object.getPrototypeOf(error) === Error.prototype;
  return isOfServer || isPlain ? new CommandError(error.message, { cause: error }) : error;
}
