import { METRICS } from '../../src/worker/telemetry/metrics-catalogue.js';
import { code, markdownTable } from './markdown-table.js';

/** Each metric with its kind, labels and meaning. */
export function metricsPage(): string {
  const rows = Object.entries(METRICS).map(([name, { kind, labels, help }]) => [
    code(name),
    kind,
    labels.map(code).join(', '),
    help,
  ]);
  return `# Metrics

Every worker serves these metrics in Prometheus format at \`MILLRACE_METRICS_ADDRESS\`. [Metrics](../operations.md#metrics) in the operations guide describes how to scrape them, the dashboard and the alerts. \`npm run docs\` writes this page from the code.

Names and labels are stable. Counters count batches, rows and inserts of one worker: \`sum\` them over the workers. Every worker shows the same lag and the same pipeline states: take their \`max\`.

<!-- prettier-ignore -->
${markdownTable(['metric', 'kind', 'labels', 'meaning'], rows)}
`;
}
