import type { Kafka } from 'kafkajs';
import { badRecord, isBad } from './bad-record.js';
import { createPace } from './pace.js';
import { eventText } from './sample-event.js';

export interface SampleOptions {
  readonly topic: string;
  readonly partitions: number;
  readonly count: number;
  readonly seed: number;
  /** How many records in a thousand are bad. */
  readonly badPermille: number;
  /** Records per second. The default is as fast as possible. */
  readonly rate?: number;
  readonly onProgress?: (acknowledged: number) => void;
}

const BATCH_RECORDS = 1_000;
const BATCHES_PER_SECOND = 10;
const ALL_REPLICAS = -1;

/**
 * Writes sample events with an ordinary client, so that every security setting works. Record `n` is index `n / partitions` of
 * partition `n % partitions`. Returns how many of the records are bad.
 */
export async function produceSamples(kafka: Kafka, options: SampleOptions): Promise<number> {
  const { topic, count, rate = Infinity } = options;
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const pace = createPace(options);
  const batch = Math.ceil(Math.min(BATCH_RECORDS, rate / BATCHES_PER_SECOND));
  let bad = 0;
  await producer.connect();
  try {
    for (let first = 0; first < count; first += batch) {
      const numbers = Array.from({ length: Math.min(batch, count - first) }, (_, i) => first + i);
      const samples = numbers.map((number) => sample(options, number));
      bad += samples.filter(({ isUnfit }) => isUnfit).length;
      await producer.send({ topic, acks: ALL_REPLICAS, messages: samples });
      pace.acknowledged(samples.length);
      await pace.wait(samples.length);
    }
  } finally {
    await producer.disconnect();
  }
  return bad;
}

interface Sample {
  readonly partition: number;
  readonly value: string | Buffer | null;
  readonly isUnfit: boolean;
}

function sample({ seed, partitions, badPermille }: SampleOptions, number: number): Sample {
  const partition = number % partitions;
  const index = Math.floor(number / partitions);
  const origin = { seed, partition };
  const isUnfit = isBad(origin, index, badPermille);
  const make = isUnfit ? badRecord : eventText;
  return { partition, value: make(origin, index, Date.now()), isUnfit };
}
