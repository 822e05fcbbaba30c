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

/** Kafka and ClickHouse, as a worker of this project would use them. Nothing connects before it is asked. */
export interface Servers {
  readonly kafka: Kafka;
  readonly clickhouse: ClickHouse;
}

/**
 * Runs the work with the servers and closes every connection behind it. What a server refuses, or does not answer, is a
 * `CommandError`.
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

/** Errors of servers say what happened, and a stack behind them helps nobody. A fault of the program keeps its own. */
function forPeople(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CommandError) return error;
  if (error.name === 'AbortError') return new CommandError('Interrupted.', { cause: error });
  const isOfServer = SERVER_ERRORS.some((kind) => error instanceof kind);
  // What was tried for some time and given up is a plain error.
  const isPlain = Object.getPrototypeOf(error) === Error.prototype;
  return isOfServer || isPlain ? new CommandError(error.message, { cause: error }) : error;
}
