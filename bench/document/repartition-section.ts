import type { Delays } from '../freshness/delays.js';
import type { RepartitionFigures } from '../repartition/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

/** Partitions and lanes that are added under load. */
export function repartitionSection({ about, figures }: Kept<RepartitionFigures>): Section {
  const { partitions, lanes, eventsPerSecond, intervalSeconds, records, lost, doubled } = figures;
  const row = (what: string, { p50Ms, p99Ms, mostMs }: Delays) => [
    what,
    ...[p50Ms, p99Ms, mostMs].map((ms) => decimals(ms / 1_000)),
  ];
  const text = [
    '## Partitions and lanes added under load',
    `While ${whole(eventsPerSecond)} events arrive per second, a topic grows from ${partitions.before} to ${partitions.after} partitions, and then its pipeline from ${lanes.before} to ${lanes.after} lanes. Half of the ${whole(records)} records go to the old partitions. The batch interval is ${intervalSeconds} s. Time from event to queryable row:`,
    markdownTable(
      ['', 'p50 s', 'p99 s', 'max s'],
      [row('old partitions', figures.old), row('new partitions', figures.added)],
    ),
    `The first records of a new partition wait until the pipeline finds the partition. Lost ${lost}, duplicated ${doubled}.`,
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
