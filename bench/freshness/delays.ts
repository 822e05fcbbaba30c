import { createKafka } from '../../src/adapters/kafka/kafka.js';
import type { OffsetSighting } from './watch-offsets.js';

/** In milliseconds. */
export interface Delays {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** Expects delays in ascending order. */
export function summarise(ascending: ArrayLike<number>): Delays {
  const at = (share: number) => ascending[Math.ceil(share * ascending.length) - 1] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1) };
}

/**
 * For each record of some partitions (by default all), the time from its Kafka timestamp, which the producer set when it sent
 * the record, until its row was seen. In milliseconds, ascending.
 */
export async function delays(
  broker: string,
  topic: string,
  sightings: readonly OffsetSighting[],
  isWanted: (partition: number) => boolean = () => true,
): Promise<Float64Array> {
  const kafka = createKafka({
    brokers: [broker],
    clientId: 'millrace-bench',
    tls: null,
    sasl: null,
  });
  try {
    const offsets = await kafka.source.offsets(topic);
    const partitions = offsets.partitions.filter(({ partition }) => isWanted(partition));
    const ranges = partitions.map(({ partition, end }) => ({ partition, epoch: 0, first: 0, end }));
    const found = new Float64Array(ranges.reduce((sum, { end }) => sum + end, 0));
    const places = new Map(
      partitions.map(({ partition }) => [partition, placesOf(sightings, partition)]),
    );
    let count = 0;
    for await (const fetched of kafka.source.read(topic, ranges, new AbortController().signal)) {
      await fetched.open();
      for (const run of fetched.runs()) {
        const seenAt = places.get(run.partition);
        for (let index = 0; index < run.count; index += 1) {
          const atMs = seenAt?.(run.offsets[index] ?? 0) ?? Infinity;
          found[count] = atMs - (run.timestamps[index] ?? 0);
          count += 1;
        }
      }
    }
    return found.subarray(0, count).sort();
  } finally {
    await kafka.close();
  }
}

/** Returns when each offset was first seen. Offsets must be ascending. */
function placesOf(sightings: readonly OffsetSighting[], partition: number) {
  const own = sightings.filter((sighting) => sighting.partition === partition);
  let at = 0;
  return (offset: number): number => {
    while (at < own.length && (own[at]?.offset ?? 0) < offset) at += 1;
    return own[at]?.atMs ?? Infinity;
  };
}
