// Promise: alerts and dashboard are well-formed, read only existing metrics, and every alert links to a section of the
// operations guide. Another test checks that a worker exports the metrics.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS, type MetricShape } from '../../../src/worker/telemetry/metrics-catalogue.js';
import {
  metricOf,
  readAlerts,
  readDashboard,
  seriesIn,
  seriesInUse,
} from '../../support/metric-names.js';

const metrics: Readonly<Record<string, MetricShape>> = METRICS;
const guide = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
const alerts = readAlerts();
const { panels, templating } = readDashboard();

test('alerts have unique names, a duration, a severity and a description', () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const { alert, expr, for: lasting, labels, annotations } of alerts) {
    expect(alert).toMatch(/^Millrace[A-Z][A-Za-z]+$/);
    expect(isBalanced(expr), alert).toBe(true);
    if (lasting !== undefined) expect(lasting, alert).toMatch(/^\d+[smh]$/);
    expect(['critical', 'warning', 'info'], alert).toContain(labels['severity']);
    expect(annotations['summary'], alert).toMatch(/\S/);
    expect(annotations['description'], alert).toMatch(/\.$/);
  }
});

test('the description of an alert uses only labels that its expression keeps', () => {
  for (const { alert, expr, annotations } of alerts) {
    const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(/, */),
    );
    const named = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(
      named.filter((name) => !kept.includes(name!)),
      alert,
    ).toEqual([]);
  }
});

test('every alert links to its section of the guide', () => {
  const anchors = new Set(
    [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  for (const { alert, annotations } of alerts) {
    const [file, anchor] = annotations['runbook_url']?.split('#') ?? [];
    expect([alert, file]).toEqual([alert, 'docs/operations.md']);
    expect(anchors, alert).toContain(anchor);
    expect(anchor).toBe(alert.toLowerCase());
  }
});

test('panels have unique ids, do not overlap, and use well-formed expressions', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { title, type, gridPos, targets = [] } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.has(`${x}/${y}`), title).toBe(false);
        taken.add(`${x}/${y}`);
      }
    }
    expect(targets.length > 0 || type === 'row', title).toBe(true);
    expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    for (const { expr } of targets) expect(isBalanced(expr), title).toBe(true);
  }
  expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'pipeline']);
});

test('every Millrace metric in use is in the catalogue, with its labels', () => {
  const unknown = seriesInUse()
    .filter((series) => series.startsWith('millrace_'))
    .filter((series) => metrics[metricOf(series)] === undefined);
  expect(unknown).toEqual([]);
  const expressions = [...alerts, ...panels.flatMap(({ targets = [] }) => targets)];
  for (const { expr } of expressions) {
    for (const [, series = '', matchers = ''] of expr.matchAll(/(millrace_\w+)\{([^}]*)\}/g)) {
      const used = [...matchers.matchAll(/(\w+)[=!~]+"/g)].map(([, name]) => name);
      const { labels } = metrics[metricOf(series)]!;
      expect(
        used.filter((name) => !labels.includes(name!)),
        expr,
      ).toEqual([]);
    }
  }
});

test('rates are taken of counters and histograms only, and of every counter in use', () => {
  const expressions = [...alerts, ...panels.flatMap(({ targets = [] }) => targets)];
  for (const { expr } of expressions) {
    const rated = [...expr.matchAll(/\b(?:rate|increase)\((\w+)/g)].map(([, series]) => series);
    for (const series of seriesIn(expr)) {
      const isCounter = /_(total|bucket|sum|count)$/.test(series);
      expect([series, rated.includes(series)]).toEqual([series, isCounter]);
    }
  }
});

test('the dashboard shows every metric that counts or measures something', () => {
  const shown = new Set(seriesInUse().map(metricOf));
  expect(Object.keys(metrics).filter((name) => !shown.has(name))).toEqual([]);
});

/** Brackets and quotes close in the order they opened. */
function isBalanced(expression: string): boolean {
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const character of expression.replaceAll(/"[^"]*"/g, '')) {
    if ('([{'.includes(character)) open.push(character);
    else if (character in closing && open.pop() !== closing[character]) return false;
  }
  return open.length === 0 && !expression.replaceAll(/"[^"]*"/g, '').includes('"');
}
