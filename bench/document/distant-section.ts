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
    '## Many partitions, far away',
    'The time from event to queryable row where all that the worker asks of Kafka goes through a proxy that delays each direction by half of the round trip; 2 lanes, each with half of the partitions. One fetch carries all partitions of a batch that a broker leads. The other requests ask where the partitions end, while a lane waits and before a batch, what the group has committed, and commit. The records begin when the pipeline runs. Kafka writes an index entry per MiB instead of per 4 KiB: the first entries of 256 partitions are 256 new pages on the disk at once, and a slow disk stops Kafka for seconds.',
    markdownTable(head, rows),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
