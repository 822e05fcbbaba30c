import kafkajs, { type Producer, type Transaction } from 'kafkajs';
import { eventId } from '../../dev/events/event-id.js';
import { produceFast } from '../../dev/events/fast-producer.js';
import { eventText } from '../../dev/events/sample-event.js';
import { type AssignedTopic, createAssignedTopic } from '../support/kafka-own-cluster.js';
import { kafkajsClient, makeTopic, untilServed, withAdmin } from '../support/kafka-topic.js';
import type { Expectation } from './expectation.js';

/** Writes to the topic of a case, and records what was written. */
export interface Load {
  /** Applies to everything that is written from now on. */
  epoch: number;
  createTopic(partitions: number, config?: Readonly<Record<string, string>>): Promise<void>;
  /** With the broker ids of each partition's replicas. */
  createAssignedTopic(assigned: Omit<AssignedTopic, 'topic'>): Promise<void>;
  addPartitions(total: number): Promise<void>;
  /** Sample events, spread evenly over the partitions. Resolves once they are acknowledged. */
  produce(count: number, options?: LoadOptions): Promise<void>;
  /** The same, over this many months, so that each section of the topic covers as many table partitions. */
  produceSpread(count: number, months: number): Promise<void>;
  /** Writes with the caller's own producer. Events that must not arrive are not recorded. */
  write(to: Pick<Producer | Transaction, 'send'>, some: SomeEvents): Promise<void>;
}

export interface LoadOptions {
  /** Records per second. */
  readonly rate?: number;
  /** This many in a thousand must become dead letters. */
  readonly badPermille?: number;
}

export interface SomeEvents {
  readonly partition: number;
  readonly count: number;
  readonly key?: (at: number) => string;
  readonly timestampMs?: (at: number) => number;
  /** Of a transaction that will be aborted. */
  readonly isAborted?: boolean;
  /** Bytes added to each record's value. All records are in one batch compressed with gzip. */
  readonly paddingBytes?: number;
}

interface LoadContext {
  readonly kafka: string;
  readonly topic: string;
  readonly seed: number;
  readonly expectation: Expectation;
}

const MONTH_MS = 2_629_800_000;
/** January 2015, so that 100 months later is still in the past. */
const SPREAD_FROM_MS = Date.UTC(2015, 0, 1);
const MESSAGES_PER_SEND = 2_000;

export function createLoad({ kafka, topic, seed, expectation }: LoadContext): Load {
  let partitions = 0;
  let nextIndex = 0;
  /** A unique index for each event of the case, in all partitions. */
  const takeIndices = (count: number) => {
    nextIndex += count;
    return nextIndex - count;
  };
  const load: Load = {
    epoch: 0,
    async createTopic(count, config = {}) {
      partitions = count;
      const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
      await withAdmin(kafka, (admin) =>
        makeTopic(admin, { topic, numPartitions: count, configEntries }),
      );
    },
    async createAssignedTopic(assigned) {
      partitions = assigned.replicas.length;
      await createAssignedTopic(kafka, { ...assigned, topic });
    },
    async addPartitions(total) {
      partitions = total;
      await withAdmin(kafka, async (admin) => {
        await admin.createPartitions({ topicPartitions: [{ topic, count: total }] });
        await untilServed(admin, topic, total);
      });
    },
    async produce(count, { rate, badPermille = 0 } = {}) {
      expectation.announce(count);
      const firstIndex = takeIndices(count);
      const what = { brokers: kafka, topic, partitions, count, seed, firstIndex, badPermille };
      const produced = await produceFast(rate === undefined ? what : { ...what, rate });
      expectation.addProduced(produced, { seed, badPermille, epoch: load.epoch });
    },
    async produceSpread(count, months) {
      const producer = kafkajsClient(kafka).producer({ retry: { retries: 0 } });
      await producer.connect();
      const timestampMs = (at: number) => SPREAD_FROM_MS + (at % months) * MONTH_MS;
      for (let partition = 0; partition < partitions; partition++) {
        await load.write(producer, { partition, count: count / partitions, timestampMs });
      }
      await producer.disconnect();
    },
    async write(to, some) {
      const { partition, count, timestampMs = () => Date.now(), key, isAborted = false } = some;
      const headers = { padding: Buffer.alloc(some.paddingBytes ?? 0, 'padding ') };
      const compression =
        some.paddingBytes === undefined
          ? kafkajs.CompressionTypes.None
          : kafkajs.CompressionTypes.GZIP;
      if (!isAborted) expectation.announce(count);
      const origin = { seed, partition };
      const firstIndex = takeIndices(count);
      for (let at = 0; at < count; at += MESSAGES_PER_SEND) {
        const size = Math.min(MESSAGES_PER_SEND, count - at);
        const messages = Array.from({ length: size }, (_, index) => ({
          partition,
          ...(key !== undefined && { key: key(at + index) }),
          ...(some.paddingBytes !== undefined && { headers }),
          value: eventText(origin, firstIndex + at + index, timestampMs(at + index)),
        }));
        const [sent] = await to.send({ topic, messages, acks: -1, compression });
        const first = Number(sent?.baseOffset);
        if (isAborted) continue;
        for (let index = 0; index < size; index++) {
          const place = { epoch: load.epoch, partition, offset: first + index };
          expectation.add(place, { row: eventId(origin, firstIndex + at + index) });
        }
      }
    },
  };
  return load;
}
