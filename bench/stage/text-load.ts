import { produceFast } from '../../dev/events/fast-producer.js';
import type { Load } from './load.js';
import type { TableShape } from './tables.js';
import { textEvents } from './text-events.js';
import { createTopic } from './topic.js';

const SAMPLED = 1_000;

export interface TextLoadOptions {
  readonly brokers: string;
  readonly records: number;
  readonly partitions: number;
  /** The columns of the table, beginning with the id of each event. */
  readonly columns: readonly string[];
  readonly shape?: TableShape;
  readonly textOf: (number: number) => string;
}

/** A topic of events that are unlike the built-in ones. Nobody computes the hash of their rows. */
export async function createTextLoad(options: TextLoadOptions): Promise<Load> {
  const { brokers, records, partitions, columns, textOf } = options;
  const topic = await createTopic(brokers, partitions);
  const shape = textEvents(textOf);
  await produceFast({ brokers, topic, partitions, count: records, seed: 1, shape });
  const sample = Array.from({ length: SAMPLED }, (_, index) => Buffer.byteLength(textOf(index)));
  const bytesPerRecord = sample.reduce((sum, bytes) => sum + bytes, 0) / SAMPLED;
  return {
    ...{ topic, partitions, records, bytesPerRecord, columns, hash: null },
    ...(options.shape && { shape: options.shape }),
  };
}
