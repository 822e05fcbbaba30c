import type { EventTable } from '../../domain/ports/event-table.js';
import type { FetchedRecords, RecordSource } from '../../domain/ports/record-source.js';
import type { Metrics } from './metrics.js';
import { currentPipeline, type PipelineLabel } from './pipeline-label-metrics.js';

interface Measuring {
  readonly metrics: Metrics;
  readonly label: PipelineLabel;
}

/** Counts the bytes that come over the wire from Kafka. */
export function measureFetches(source: RecordSource, measuring: Measuring): RecordSource {
  return {
    ...source,
    read(topic, ranges, signal, options) {
      const pipeline = currentPipeline(measuring.label);
      return counted(source.read(topic, ranges, signal, options), (bytes) => {
        measuring.metrics.count('millrace_fetched_bytes_total', bytes, { pipeline });
      });
    },
  };
}

async function* counted(
  fetches: AsyncIterable<FetchedRecords>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<FetchedRecords> {
  for await (const fetched of fetches) {
    onBytes(fetched.wireBytes);
    yield fetched;
  }
}

/** Measures the inserts themselves, including repeats and reading back. */
export function measureInserts(events: EventTable, { metrics, label }: Measuring): EventTable {
  return {
    ...events,
    async insert(table, block, options) {
      const pipeline = label(options.id.workflowId);
      const sinceMs = performance.now();
      try {
        const answer = await events.insert(table, block, options);
        const bytes = block.columns.reduce((sum, { data }) => sum + data.length, 0);
        metrics.count('millrace_inserts_total', 1, { pipeline });
        metrics.count('millrace_inserted_rows_total', block.rows, { pipeline });
        metrics.count('millrace_inserted_bytes_total', bytes, { pipeline });
        return answer;
      } finally {
        const seconds = (performance.now() - sinceMs) / 1_000;
        metrics.observe('millrace_insert_seconds', seconds, { pipeline });
      }
    },
  };
}
