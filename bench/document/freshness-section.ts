import type { FreshnessPoint } from '../freshness/figures.js';
import { barPlot } from '../plot/bars.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

const PLOT = 'performance-freshness.svg';

/** From event to queryable row. */
export function freshnessSection({ about, figures }: Kept<readonly FreshnessPoint[]>): Section {
  const head = [
    'interval',
    'events/s',
    'p50 s',
    'p99 s',
    'max s',
    'inserts',
    'per lane and interval',
    'lost',
    'doubled',
  ];
  const rows = figures.map((point) => [
    `${point.intervalSeconds} s`,
    whole(point.eventsPerSecond),
    seconds(point.p50Ms),
    seconds(point.p99Ms),
    seconds(point.mostMs),
    whole(point.inserts),
    decimals(point.insertsPerLaneAndInterval),
    whole(point.lost),
    whole(point.doubled),
  ]);
  const text = [
    '## Freshness',
    'The time from the timestamp that the producer sets when it sends a record, until a query sees the row. The query runs every 20 ms; the topic has 4 partitions, and the pipeline 2 lanes. A batch waits up to `BATCH_INTERVAL_SECONDS` to fill, and one insert covers all partitions of its lane. The number of inserts per lane and interval comes from the block numbers of the table.',
    `![Seconds from event to queryable row](images/${PLOT})`,
    markdownTable(head, rows),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: { [PLOT]: plot(figures) } };
}

function seconds(ms: number): string {
  return decimals(ms / 1_000);
}

function plot(figures: readonly FreshnessPoint[]): string {
  const intervals = [...new Set(figures.map(({ intervalSeconds }) => intervalSeconds))];
  const groups = intervals.map((interval) => ({
    title: `Interval ${interval} s: seconds from event to row, p50 (dark) and p99`,
    bars: figures
      .filter(({ intervalSeconds }) => intervalSeconds === interval)
      .map(({ eventsPerSecond, p50Ms, p99Ms }) => ({
        label: `${whole(eventsPerSecond)} events/s`,
        value: p99Ms,
        inner: p50Ms,
        text: `p50 ${seconds(p50Ms)}, p99 ${seconds(p99Ms)}`,
        emphasis: 'ours' as const,
      })),
  }));
  return barPlot({ description: 'Time from event to queryable row, p50 and p99', groups });
}
