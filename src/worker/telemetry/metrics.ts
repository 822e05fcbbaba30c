import type { MetricMeter } from '@temporalio/common';
import { type LabelsOf, METRICS, type MetricName, type NamesOf } from './metrics-catalogue.js';

/** Takes measurements; what becomes of them is the runtime's business. */
export interface Metrics {
  /** A whole number; 0 makes a series known that has nothing to count yet. */
  count<Name extends NamesOf<'counter'>>(name: Name, value: number, labels: LabelsOf<Name>): void;
  /** NaN: not known here any more. A series can't be taken back, and its last value would be believed. */
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
    // The exporter puts `_total` behind counters and the unit behind histograms.
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
