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
    `${whole(pipelines)} pipelines with ${partitionsEach} partitions each wait for records on one worker. (One core has 3,600 CPU seconds per hour.)`,
    markdownTable(['', 'total', 'per pipeline'], rows),
    `The worker process uses ${whole(memoryMiB.idle)} MiB, compared with ${whole(memoryMiB.withoutPipelines)} MiB before the first pipeline starts. Then ${firstRows.records} of the pipelines receive one record each, one pipeline after the other. With a batch interval of ${intervalSeconds} s, a record became a row after ${whole(firstRows.p50Ms)} ms (median) and at most ${whole(firstRows.mostMs)} ms. Lost ${firstRows.lost}, duplicated ${firstRows.doubled}.`,
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
