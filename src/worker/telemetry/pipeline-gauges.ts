import type { LabelsOf, NamesOf } from './metrics-catalogue.js';
import type { Metrics } from './metrics.js';

/** Gauges of pipelines, for series that come and go. */
export interface PipelineGauges {
  set<Name extends NamesOf<'gauge'>>(name: Name, value: number, labels: LabelsOf<Name>): void;
  /** Sets series that were not set since the last sweep to NaN, because readers would trust their last value. */
  sweep(): void;
}

export function createPipelineGauges(metrics: Metrics): PipelineGauges {
  let before = new Map<string, () => void>();
  let now = new Map<string, () => void>();
  return {
    set(name, value, labels) {
      metrics.set(name, value, labels);
      now.set(JSON.stringify([name, labels]), () => {
        metrics.set(name, NaN, labels);
      });
    },
    sweep() {
      for (const [series, forget] of before) if (!now.has(series)) forget();
      before = now;
      now = new Map();
    },
  };
}
