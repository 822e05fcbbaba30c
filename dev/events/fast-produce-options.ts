import type { Codec } from './compress.js';
import type { EventShape } from './sample-event.js';

export interface FastProduceOptions {
  /** `HOST:PORT`, several separated by commas; without TLS and SASL. */
  readonly brokers: string;
  /** It must exist. */
  readonly topic: string;
  /** How many partitions get records, in equal numbers; the first ones get one more where the division leaves a rest. */
  readonly partitions: number;
  /** The first of them; 0 unless given. */
  readonly firstPartition?: number;
  readonly count: number;
  readonly seed: number;
  /** Index of the first event of each partition: for a second call that goes on where the first one ended. */
  readonly firstIndex?: number;
  /** Records a second; as fast as possible unless given. */
  readonly rate?: number;
  readonly codec?: Codec;
  /** Sample events unless given. */
  readonly shape?: EventShape;
  /** So many records in a thousand are unfit, as `isBad` tells. */
  readonly badPermille?: number;
  readonly batchRecords?: number;
  /** Time of the first event of each partition; each further one is 10 ms later. */
  readonly startMs?: number;
  readonly onProgress?: (produced: number) => void;
}
