import type { Kafka } from 'kafkajs';
import type { Produced } from './fast-producer.js';
import type { SampleRecord } from './contract-events.js';

const LOT_RECORDS = 1_000;
const ALL_REPLICAS = -1;

export interface RecordsOptions {
  readonly topic: string;
  readonly partitions: number;
  readonly count: number;
  readonly recordAt: (index: number, nowMs: number) => SampleRecord;
  readonly onProgress: (acknowledged: number) => void;
}

/** Writes records of any shape with an ordinary client, in lots of one partition each. Returns the offsets of the records. */
export async function produceRecords(
  kafka: Kafka,
  { topic, partitions, count, recordAt, onProgress }: RecordsOptions,
): Promise<readonly Produced[]> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
  const produced: Produced[] = [];
  await producer.connect();
  try {
    for (let first = 0; first < count; first += LOT_RECORDS) {
      const size = Math.min(LOT_RECORDS, count - first);
      const partition = (first / LOT_RECORDS) % partitions;
      const nowMs = Date.now();
      const messages = Array.from({ length: size }, (_, place) => ({
        ...recordAt(first + place, nowMs),
        partition,
      }));
      const [answer] = await producer.send({ topic, acks: ALL_REPLICAS, messages });
      const firstOffset = Number(answer?.baseOffset ?? Number.NaN);
      produced.push({ partition, firstIndex: first, firstOffset, count: size });
      onProgress(first + size);
    }
  } finally {
    await producer.disconnect();
  }
  return produced;
}
