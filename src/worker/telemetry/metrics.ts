import type { MetricMeter } from '@temporalio/common';
import { type LabelsOf, METRICS, type MetricName, type NamesOf } from './metrics-catalogue.js';

/** Takes measurements. Temporal's runtime exports them. */
export interface Metrics {
  /** Adds a whole number. 0 makes a series visible before there is anything to count. */
  count<Name extends NamesOf<'counter'>>(name: Name, value: number, labels: LabelsOf<Name>): void;
  /** Sets a gauge. NaN means unknown: a series can't be removed, and readers would trust its last value. */
  set<Name extends NamesOf<'gauge'>>(name: Name, value: number, labels: LabelsOf<Name>): void;
  observe<Name extends NamesOf<'histogram'>>(
    name: Name,
    seconds: number,
    labels: LabelsOf<Name>,
  ): void;
}

export function createMetrics(meter: MetricMeter): Metrics {
  const counters = new Map<string, ReturnType<MetricMeter['createCounter']>>();
  const gauges = new Map<string, ReturnType<MetricMeter['createGauge']>>();
  const histograms = new Map<string, ReturnType<MetricMeter['createHistogram']>>();
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const { kind, help } = METRICS[name];
    // The exporter appends `_total` to counters and the unit to histograms.
    if (kind === 'counter') {
      counters.set(name, meter.createCounter(name.replace(/_total$/, ''), '', help));
    } else if (kind === 'gauge') gauges.set(name, meter.createGauge(name, 'float', '', help));
    else {
      const bare = name.replace(/_seconds$/, '');
      histograms.set(name, meter.createHistogram(bare, 'float', 'seconds', help));
    }
  }
  return {
    count: (name, value, labels) => counters.get(name)?.add(value, labels),
    set: (name, value, labels) => gauges.get(name)?.set(value, labels),
    observe: (name, seconds, labels) => histograms.get(name)?.record(seconds, labels),
  };
}
