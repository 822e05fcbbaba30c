import type { DistantPoint } from '../distant/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

/** Many partitions of a distant broker. */
export function distantSection({ about, figures }: Kept<readonly DistantPoint[]>): Section {
  const head = [
    'partitions',
    'round trip',
    'events/s',
    'interval',
    'p50 s',
    'p99 s',
    'max s',
    'batches',
    'fetches per batch',
    'requests per batch',
    'lost',
    'doubled',
  ];
  const rows = figures.map((point) => [
    whole(point.partitions),
    `${point.roundTripMs} ms`,
    whole(point.eventsPerSecond),
    `${point.intervalSeconds} s`,
    decimals(point.p50Ms / 1_000),
    decimals(point.p99Ms / 1_000),
    decimals(point.mostMs / 1_000),
    whole(point.batches),
    decimals(point.fetchesPerBatch),
    decimals(point.requestsPerBatch, 1),
    whole(point.lost),
    whole(point.doubled),
  ]);
  const text = [
    '## Many partitions on a distant broker',
    'The time from event to queryable row if all requests of the worker to Kafka go through a proxy that delays each direction by half of the round trip. The pipeline has 2 lanes with half of the partitions each. One fetch covers all partitions of a batch with the same leader. The other requests read the ends of the partitions, read the committed offsets and commit. The producer starts after the pipeline. Kafka writes an index entry per MiB instead of per 4 KiB, because the first index entries of 256 partitions would stop Kafka for seconds on a slow disk.',
    markdownTable(head, rows),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
