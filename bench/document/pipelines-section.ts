import type { PipelinesFigures } from '../pipelines/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

/** Many idle pipelines on one worker. */
export function pipelinesSection({ about, figures }: Kept<PipelinesFigures>): Section {
  const { pipelines, partitionsEach, intervalSeconds, idle, memoryMiB, firstRows } = figures;
  const { worker, kafka, temporal, clickHouse } = idle.cpuPerHour;
  const costs = [
    ['CPU seconds of the worker per hour', worker],
    ['CPU seconds of Kafka per hour', kafka],
    ['CPU seconds of Temporal per hour', temporal],
    ['CPU seconds of ClickHouse per hour', clickHouse],
    ['actions per hour', idle.actionsPerHour],
    ['history events per hour', idle.historyEventsPerHour],
  ] as const;
  const rows = costs.map(([what, value]) => [what, whole(value), decimals(value / pipelines, 1)]);
  const text = [
    '## Many idle pipelines',
    `${whole(pipelines)} pipelines of ${partitionsEach} partitions wait on one worker, without a record. An hour of one core has 3,600 CPU seconds.`,
    markdownTable(['', 'together', 'each'], rows),
    `The worker's process holds ${whole(memoryMiB.idle)} MiB, and ${whole(memoryMiB.withoutPipelines)} MiB before the first pipeline starts. The first record of ${firstRows.records} of them, one after the other, was a row after ${whole(firstRows.p50Ms)} ms in the middle and ${whole(firstRows.mostMs)} ms at most, at an interval of ${intervalSeconds} s; lost ${firstRows.lost}, doubled ${firstRows.doubled}.`,
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
