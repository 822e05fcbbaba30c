import type { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import type { Activities } from '../../activities/index.js';
import { measureBatches } from './batch-metrics.js';
import { measureFailures } from './failure-metrics.js';
import type { Metrics } from './metrics.js';
import { createPipelineLabel } from './pipeline-label-metrics.js';
import { measureFetches, measureInserts } from './transfer-metrics.js';
import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { EventTable } from '../../domain/ports/event-table.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import { listPipelines } from './list-pipelines.js';
import { watchPipelines } from './pipeline-watch.js';
import { measureProcess } from './process-metrics.js';
import { packageVersion } from '../version.js';

/** Wraps ports and activities with measurements. The wrapped code does not change. */
export interface Measuring {
  readonly ports: <P extends { readonly source: RecordSource; readonly events: EventTable }>(
    ports: P,
  ) => P;
  readonly activities: (activities: Activities) => Activities;
}

export function createMeasuring(metrics: Metrics): Measuring {
  const measuring = { metrics, label: createPipelineLabel() };
  return {
    ports: (ports) => ({
      ...ports,
      source: measureFetches(ports.source, measuring),
      events: measureInserts(ports.events, measuring),
    }),
    activities: (activities) => {
      const ingestBatch = measureBatches(activities.ingestBatch, measuring);
      return measureFailures({ ...activities, ingestBatch }, measuring);
    },
  };
}

export interface Watched {
  readonly metrics: Metrics;
  readonly client: Client;
  readonly taskQueue: string;
  readonly source: RecordSource;
  readonly groups: GroupOffsets;
  readonly logger: Logger;
}

/** Measures the process and the pipelines of the task queue in the background. Returns a function that stops it. */
export function startWatching({ client, taskQueue, ...watched }: Watched): () => void {
  const list = () => listPipelines(client, taskQueue);
  const stops = [
    measureProcess(watched.metrics, packageVersion()),
    watchPipelines({ ...watched, list }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
