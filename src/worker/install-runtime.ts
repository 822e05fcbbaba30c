import { type Logger, Runtime, type TelemetryOptions } from '@temporalio/worker';
import { METRICS } from './telemetry/metrics-catalogue.js';
import { createMetrics, type Metrics } from './telemetry/metrics.js';
import { StartError } from './start-error.js';

/** Histogram buckets: from a fetch that is served from memory to a batch that waits for a person. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/**
 * Installs Temporal's runtime with the logger for its native part and the address of the metrics. Call it once per process.
 * `metricsAddress` is IP:PORT; with null, measurements are discarded.
 */
export function installRuntime(logger: Logger, metricsAddress: string | null): Metrics {
  try {
    Runtime.install({ logger, telemetryOptions: telemetry(metricsAddress) });
  } catch (error) {
    if (metricsAddress === null || !(error instanceof Error)) throw error;
    throw new StartError(
      `MILLRACE_METRICS_ADDRESS: can't listen on ${metricsAddress}: ${error.message}`,
    );
  }
  return createMetrics(Runtime.instance().metricMeter);
}

function telemetry(metricsAddress: string | null): TelemetryOptions {
  return {
    logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
    ...(metricsAddress !== null && {
      metrics: {
        attachServiceName: false,
        prometheus: {
          bindAddress: metricsAddress,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
          histogramBucketOverrides: bucketOverrides(),
        },
      },
    }),
  };
}

/** Keyed by the names under which the instruments were created. */
function bucketOverrides(): Record<string, number[]> {
  const names = Object.entries(METRICS).filter(([, { kind }]) => kind === 'histogram');
  return Object.fromEntries(names.map(([name]) => [name.replace(/_seconds$/, ''), SECONDS]));
}
