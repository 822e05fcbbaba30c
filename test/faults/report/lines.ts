import { type CaseResult, isGood } from '../fault-case.js';
import type { RunRecord } from './run-record.js';

/** One line of a run, while it goes on. */
export function caseLine(result: CaseResult): string {
  const { name, records, lost, doubled, recoveredMs, tookMs, notes, failure } = result;
  const recovered = recoveredMs === null ? 'not recovered' : `recovered in ${seconds(recoveredMs)}`;
  const counts = `${records.toLocaleString('en-US')} records, lost ${lost}, doubled ${doubled}, ${recovered}`;
  const line = `${isGood(result) ? 'ok  ' : 'FAIL'} ${name}: ${counts} (${seconds(tookMs)} in all)`;
  const more = [...notes, ...(failure === null ? [] : [failure])];
  return [line, ...more.map((text) => `       ${text}`)].join('\n');
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** What a script reads of one or more runs. */
export function summaryJson(runs: readonly Pick<RunRecord, 'seed' | 'results'>[]): string {
  const all = runs.flatMap(({ results }) => results);
  const sum = (count: (result: CaseResult) => number) =>
    all.reduce((total, result) => total + count(result), 0);
  const [seed, ...others] = runs.map((run) => run.seed);
  const stalls = all.flatMap((result) =>
    (result.stalls ?? []).map((stall) => ({ case: result.name, ...stall })),
  );
  return JSON.stringify({
    cases: all.length,
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    notRecovered: sum(({ failure }) => (failure === null ? 0 : 1)),
    seed,
    ...(others.length > 0 && { seeds: [seed, ...others] }),
    ...(stalls.length > 0 && { stalls: stalls.map(inWholeMs) }),
  });
}

/** Fractions of a millisecond are noise. */
function inWholeMs<Stall extends object>(stall: Stall): Stall {
  const entries = Object.entries(stall) as [string, unknown][];
  const rounded = entries.map(([name, value]) => {
    return [name, typeof value === 'number' ? Math.round(value) : value];
  });
  return Object.fromEntries(rounded) as Stall;
}
