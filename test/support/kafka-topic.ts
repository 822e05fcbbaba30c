import { randomUUID } from 'node:crypto';
import kafkajs, {
  type Admin,
  type ITopicConfig,
  type Kafka as Kafkajs,
  type Producer,
} from 'kafkajs';
import { type Kafka, createKafka } from '../../src/adapters/kafka/kafka.js';
import type { KafkaLimits } from '../../src/adapters/kafka/protocol/limits.js';
import type { OffsetSpan } from '../../src/domain/records/offset-range.js';
import { type SeenRecord, recordsOf } from './kafka-decode.js';
import { PATIENCE_MS, waitUntil } from './wait-until.js';

/** An ordinary kafkajs client, to write to topics and to query Kafka. `address` may list several brokers. */
export function kafkajsClient(address: string): Kafkajs {
  return new kafkajs.Kafka({
    clientId: 'test',
    brokers: address.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    // The default of kafkajs is 30 s, which a broker on a busy machine may need.
    requestTimeout: PATIENCE_MS,
    retry: { retries: 10 },
  });
}

/**
 * The longest that a broker allows by default (`transaction.max.timeout.ms`). The default of kafkajs is a minute, which
 * is too short on a busy machine.
 */
const TRANSACTION_TIMEOUT_MS = 900_000;

/** A producer whose transactions stay open until the test ends them. */
export function transactionalProducer(kafka: Kafkajs, transactionalId: string): Producer {
  return kafka.producer({
    ...{ transactionalId, idempotent: true, maxInFlightRequests: 1 },
    ...{ transactionTimeout: TRANSACTION_TIMEOUT_MS },
  });
}

export async function withAdmin<T>(address: string, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkajsClient(address).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

export async function createTopic(
  address: string,
  options: {
    readonly partitions?: number;
    readonly config?: Readonly<Record<string, string>>;
  } = {},
): Promise<string> {
  const topic = uniqueName('topic');
  const { partitions = 1, config = {} } = options;
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await withAdmin(address, (admin) =>
    makeTopic(admin, { topic, numPartitions: partitions, configEntries }),
  );
  return topic;
}

/** Resolves once every partition accepts writes. */
export async function makeTopic(
  admin: Admin,
  made: ITopicConfig & { readonly numPartitions: number },
): Promise<void> {
  await admin.createTopics({ topics: [made], waitForLeaders: false, timeout: PATIENCE_MS });
  await untilServed(admin, made.topic, made.numPartitions);
}

/**
 * A broker learns of a new topic or new partitions shortly after their creation, then names itself their leader, and
 * serves as leader only later. kafkajs waits for none of it.
 */
export async function untilServed(admin: Admin, topic: string, partitions: number): Promise<void> {
  await waitUntil(
    async () => {
      // Only a leader that serves the partition answers this.
      const served = await admin.fetchTopicOffsets(topic).catch(() => []);
      return served.length === partitions;
    },
    { what: `topic ${topic} has ${partitions} partitions with leaders` },
  );
}

/** Writes values in turn to the partitions from 0 on. */
export async function sendInTurn(
  address: string,
  topic: string,
  { partitions, values }: { readonly partitions: number; readonly values: readonly string[] },
): Promise<void> {
  const producer = kafkajsClient(address).producer();
  await producer.connect();
  for (let partition = 0; partition < partitions; partition++) {
    const messages = values
      .filter((_, index) => index % partitions === partition)
      .map((value) => ({ partition, value }));
    if (messages.length > 0) await producer.send({ topic, messages, acks: -1 });
  }
  await producer.disconnect();
}

/** Deletes a topic and creates another one of the same name. */
export async function remakeTopic(
  admin: Admin,
  made: ITopicConfig & { readonly numPartitions: number },
): Promise<void> {
  await admin.deleteTopics({ topics: [made.topic] });
  await waitUntil(async () => !(await admin.listTopics()).includes(made.topic), {
    what: `topic ${made.topic} is gone`,
  });
  await makeTopic(admin, made);
}

/** The adapter with short timeouts. */
export function openKafka(address: string, limits: Partial<KafkaLimits> = {}): Kafka {
  return createKafka({
    brokers: address.split(','),
    clientId: 'test',
    tls: null,
    sasl: null,
    limits,
  });
}

export function span(partition: number, first: number, end: number): OffsetSpan {
  return { partition, epoch: 0, first, end };
}

export interface ReadRecord extends SeenRecord {
  readonly partition: number;
}

const NEVER = new AbortController().signal;

/** Every record of the ranges, copied. */
export async function readAll(
  kafka: Kafka,
  topic: string,
  ranges: readonly OffsetSpan[],
): Promise<readonly ReadRecord[]> {
  const records: ReadRecord[] = [];
  for await (const fetched of kafka.source.read(topic, ranges, NEVER)) {
    await fetched.open();
    for (const run of fetched.runs()) {
      for (const record of recordsOf(run)) records.push({ partition: run.partition, ...record });
    }
  }
  return records;
}

/** Writes `count` records per partition, in batches of random sizes. The value of each contains its offset. */
export async function produceNumbered(
  address: string,
  topic: string,
  options: { readonly count: number; readonly partitions?: number; readonly timestamp?: number },
): Promise<void> {
  const { count, partitions = 1, timestamp } = options;
  const producer = kafkajsClient(address).producer();
  await producer.connect();
  for (let partition = 0; partition < partitions; partition++) {
    for (let at = 0; at < count;) {
      const size = Math.min(count - at, 1 + Math.floor(Math.random() * 200));
      const messages = Array.from({ length: size }, (_, index) => ({
        partition,
        key: `${partition}`,
        value: numberedValue(partition, at + index),
        ...(timestamp !== undefined && { timestamp: String(timestamp + at + index) }),
      }));
      await producer.send({ topic, messages });
      at += size;
    }
  }
  await producer.disconnect();
}

export function numberedValue(partition: number, offset: number): string {
  return `${partition}/${offset} ${'x'.repeat(offset % 150)}`;
}
