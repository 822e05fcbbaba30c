import type { Codec } from './compress.js';
import type { EventShape } from './sample-event.js';

export interface FastProduceOptions {
  /** `HOST:PORT`, several separated by commas. TLS and SASL are not supported. */
  readonly brokers: string;
  /** The topic must exist. */
  readonly topic: string;
  /** How many partitions get records, in equal numbers. If the number does not divide evenly, the first ones get one more. */
  readonly partitions: number;
  /** The first of these partitions. The default is 0. */
  readonly firstPartition?: number;
  readonly count: number;
  readonly seed: number;
  /** Index of the first event of each partition. With it, a second call can continue where the first one ended. */
  readonly firstIndex?: number;
  /** Records per second. The default is as fast as possible. */
  readonly rate?: number;
  readonly codec?: Codec;
  /** The default is sample events. */
  readonly shape?: EventShape;
  /** How many records in a thousand are bad, as `isBad` decides. */
  readonly badPermille?: number;
  readonly batchRecords?: number;
  /** Time of the first event of each partition. Each further event is 10 ms later. */
  readonly startMs?: number;
  readonly onProgress?: (produced: number) => void;
}
