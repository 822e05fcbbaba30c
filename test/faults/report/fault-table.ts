import type { CaseResult } from '../fault-case.js';
import { seconds } from './lines.js';
import type { RunRecord } from './run-record.js';
import { STALL_HEADS, stallCells } from './stall-cells.js';

const TITLES: Readonly<Record<string, string>> = {
  worker: 'The worker',
  clickhouse: 'ClickHouse',
  kafka: 'Kafka',
  temporal: 'Temporal',
  network: 'The network between worker and servers',
  guards: 'Guards',
  clusters: 'A Kafka cluster of three brokers',
  hosts: 'Two addresses of ClickHouse',
  upgrade: 'A Kafka cluster that is upgraded',
  oldest: 'The oldest Kafka that is supported',
};

/**
 * Rows are faults. Columns are lost, duplicated, the longest time until rows arrived again, and how long partitions were
 * stalled if it was measured. All runs are in one line.
 */
export function faultTable(runs: readonly RunRecord[]): string {
  const [first] = runs;
  if (first === undefined) throw new Error('no run to tell of');
  const groups = [...new Set(first.results.map(groupOf))];
  return [summary(runs), origin(first), ...groups.map((group) => section(group, runs)), ''].join(
    '\n\n',
  );
}

function summary(runs: readonly RunRecord[]): string {
  const all = runs.flatMap(({ results }) => results);
  const seeds = runs.map(({ seed }) => seed).join(', ');
  const many = runs.length === 1 ? 'One run, seed' : `${runs.length} runs, seeds`;
  const bad = all.filter(({ failure }) => failure !== null).length;
  const counts = `${number(sum(all, ({ records }) => records))} records, lost ${number(sum(all, lostOf))}, doubled ${number(sum(all, doubledOf))}, not recovered ${bad}`;
  return `${many} ${seeds}: ${runs[0]?.results.length ?? 0} cases each. **${counts}.**`;
}

function origin({ day, millrace, machine, servers }: RunRecord): string {
  const versions = Object.entries(servers).map(([name, version]) => `${name} ${version}`);
  return `Made on ${day} by \`npm run faults\`, Millrace ${millrace}. ${versions.join(', ')}. ${machine}.`;
}

function section(group: string, runs: readonly RunRecord[]): string {
  const names = (runs[0]?.results ?? []).filter((result) => groupOf(result) === group);
  const hasStalls = names.some(({ stalls }) => stalls !== undefined);
  const lines = names.map(({ name }) => {
    const cells = line(name, runs);
    return row(hasStalls ? [...cells, ...stallCells(resultsOf(name, runs))] : cells);
  });
  const head = ['fault', 'struck', 'records', 'lost', 'doubled', 'rows again after'];
  const heads = hasStalls ? [...head, ...STALL_HEADS] : head;
  return [
    `### ${TITLES[group] ?? group}`,
    [row(heads), row(heads.map((_, at) => (at === 0 ? '---' : '---:'))), ...lines].join('\n'),
    ...notes(names, runs),
  ].join('\n\n');
}

function line(name: string, runs: readonly RunRecord[]): readonly string[] {
  const results = resultsOf(name, runs);
  const { fault = '' } = results[0] ?? {};
  return [
    `${cell(fault)} <br> \`${name}\``,
    number(sum(results, ({ strikes }) => strikes)),
    number(sum(results, ({ records }) => records)),
    number(sum(results, lostOf)),
    number(sum(results, doubledOf)),
    recovered(results),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function recovered(results: readonly CaseResult[]): string {
  const failed = results.find(({ failure }) => failure !== null);
  if (failed !== undefined) return `not recovered: ${cell(failed.failure ?? '')}`;
  return seconds(Math.max(...results.map(({ recoveredMs }) => recoveredMs ?? 0)));
}

function notes(names: readonly CaseResult[], runs: readonly RunRecord[]): readonly string[] {
  const lines = names.flatMap(({ name }) =>
    runs.flatMap((run) =>
      resultsOf(name, [run]).flatMap((result) =>
        result.notes.map((note) => `- \`${name}\`, seed ${run.seed}: ${note}`),
      ),
    ),
  );
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function resultsOf(name: string, runs: readonly RunRecord[]): readonly CaseResult[] {
  return runs.flatMap(({ results }) => results.filter((result) => result.name === name));
}

function groupOf({ name }: CaseResult): string {
  return name.split('/')[0] ?? name;
}

const lostOf = ({ lost }: CaseResult) => lost;
const doubledOf = ({ doubled }: CaseResult) => doubled;

function sum(results: readonly CaseResult[], count: (result: CaseResult) => number): number {
  return results.reduce((total, result) => total + count(result), 0);
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
