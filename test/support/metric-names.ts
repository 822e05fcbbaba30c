import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

export function readDashboard(): Dashboard {
  return JSON.parse(read('deploy/grafana/dashboards/millrace.json')) as Dashboard;
}

export function readAlerts(): readonly Alert[] {
  const { groups } = parse(read('deploy/prometheus/alerts.yml')) as {
    readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

/** Series that an expression reads: names of Millrace and Temporal, which no function or label of Prometheus has. */
export function seriesIn(expression: string): readonly string[] {
  return [...new Set(expression.match(/\b(millrace|temporal)_\w+/g) ?? [])];
}

/** Every series that an alert or a panel reads. */
export function seriesInUse(): readonly string[] {
  const expressions = [
    ...readAlerts().map(({ expr }) => expr),
    ...readDashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ];
  return [...new Set(expressions.flatMap(seriesIn))];
}

/** The metric of a series, without the suffix of a histogram. */
export function metricOf(series: string): string {
  return series.replace(/_(bucket|sum|count)$/, '');
}
