import type { Kafka } from '../../src/adapters/kafka/kafka.js';
import type { Load } from '../stage/load.js';

export interface ReadLimit {
  readonly recordsPerSecond: number;
  /** CPU time of the reader, in microseconds per record. */
  readonly cpuMicros: number;
}

/** Reads every record of a load and discards it, one range after the other, as one lane does. */
export async function readAlone(
  { source }: Kafka,
  { topic, partitions, records }: Load,
): Promise<ReadLimit> {
  const { partitions: bounds } = await source.offsets(topic);
  const ranges = bounds
    .slice(0, partitions)
    .map(({ partition, end }) => ({ partition, epoch: 0, first: 0, end }));
  const before = process.cpuUsage();
  const sinceMs = performance.now();
  let read = 0;
  for await (const fetched of source.read(topic, ranges, new AbortController().signal)) {
    await fetched.open();
    for (const run of fetched.runs()) read += run.count;
  }
  const seconds = (performance.now() - sinceMs) / 1_000;
  const { user, system } = process.cpuUsage(before);
  if (read !== records) throw new Error(`only ${read} of ${records} records were read`);
  return { recordsPerSecond: read / seconds, cpuMicros: (user + system) / read };
}
