import type { Metrics } from '../../src/worker/telemetry/metrics.js';

/** Keeps measured values, by the name and labels of each series. */
export interface RecordedMetrics extends Metrics {
  /** Sum of a counter, last value of a gauge, number of observations of a histogram. Null if the series is unknown. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | null;
  /** Names of all series of a metric, as `label=value` pairs. */
  series(name: string): readonly string[];
}

export function recordedMetrics(): RecordedMetrics {
  const values = new Map<string, number>();
  const key = (name: string, labels: Readonly<Record<string, string>>) =>
    `${name} ${Object.entries(labels)
      .toSorted()
      .map((pair) => pair.join('='))
      .join(' ')}`;
  return {
    count(name, value, labels) {
      values.set(key(name, labels), (values.get(key(name, labels)) ?? 0) + value);
    },
    set: (name, value, labels) => void values.set(key(name, labels), value),
    observe(name, _, labels) {
      values.set(key(name, labels), (values.get(key(name, labels)) ?? 0) + 1);
    },
    value: (name, labels = {}) => values.get(key(name, labels)) ?? null,
    series: (name) =>
      [...values.keys()]
        .filter((each) => each.startsWith(`${name} `))
        .map((each) => each.slice(name.length + 1)),
  };
}
