// Promise: the page shows what runs found, and hides nothing: sums over all runs, the worst recovery, each failure. Checked with
// invented results of two runs.
import { expect, it } from 'vitest';
import type { CaseResult } from '../../faults/fault-case.js';
import { faultTable } from '../../faults/report/fault-table.js';
import { summaryJson } from '../../faults/report/lines.js';
import type { RunRecord } from '../../faults/report/run-record.js';

it('adds the runs up, and shows the longest recovery', () => {
  const page = faultTable([
    run(1, { recoveredMs: 1_200 }),
    run(2, { recoveredMs: 4_560, lost: 3, doubled: 2 }),
  ]);
  expect(page).toContain('2 runs, seeds 1, 2: 1 cases each');
  expect(page).toContain('**2,000 records, lost 3, doubled 2, not recovered 0.**');
  expect(page).toContain('| SIGKILL <br> `worker/killed` | 6 | 2,000 | 3 | 2 | 4.6 s |');
});

it('says why a case has not recovered, though it did in another run', () => {
  const page = faultTable([run(1), run(2, { failure: 'rows | do not come', recoveredMs: null })]);
  expect(page).toContain('not recovered 1.**');
  expect(page).toContain('| not recovered: rows \\| do not come |');
});

it('shows notes with the seed of their run', () => {
  const page = faultTable([run(1), run(2, { notes: ['400 rows were sent again'] })]);
  expect(page).toContain('- `worker/killed`, seed 2: 400 rows were sent again');
});

it('shows how long partitions were stalled, for the fault that was worst against Kafka’s own consumer', () => {
  const stall = { beforeMs: 800, unaffectedMs: 2_600, producerMs: 40_800 };
  const other = { beforeMs: 900, unaffectedMs: null, producerMs: 0 };
  const page = faultTable([
    run(1, { stalls: [{ ...stall, affectedMs: 42_100, consumerMs: 40_400 }] }),
    run(2, { stalls: [{ ...other, affectedMs: 9_000, consumerMs: 6_000 }] }),
  ]);
  expect(page).toContain('| 1.0 s | 0.9 s | 2.6 s | 9.0 s | 6.0 s |');
});

it('reports in JSON how long partitions were stalled, in whole milliseconds', () => {
  const stall = {
    beforeMs: 800.4,
    unaffectedMs: null,
    affectedMs: 7,
    consumerMs: 6,
    producerMs: 5,
  };
  expect(JSON.parse(summaryJson([run(7, { stalls: [stall] })]))).toMatchObject({
    stalls: [{ case: 'worker/killed', ...stall, beforeMs: 800 }],
  });
});

it('reports the same totals in JSON', () => {
  expect(JSON.parse(summaryJson([run(7, { failure: 'no' })]))).toEqual({
    ...{ cases: 1, lost: 0, doubled: 0, notRecovered: 1, seed: 7 },
  });
  expect(JSON.parse(summaryJson([run(7), run(8, { lost: 2 })]))).toEqual({
    ...{ cases: 2, lost: 2, doubled: 0, notRecovered: 0, seed: 7, seeds: [7, 8] },
  });
});

function run(seed: number, changes: Partial<CaseResult> = {}): RunRecord {
  const result: CaseResult = {
    ...{ name: 'worker/killed', fault: 'SIGKILL', records: 1_000, lost: 0, doubled: 0 },
    ...{ skipped: 0, strikes: 3, recoveredMs: 1_000, tookMs: 20_000, notes: [], failure: null },
    ...changes,
  };
  const origin = { day: '2026-11-25', millrace: '0.1.0', machine: '2 cores', servers: {} };
  return { ...origin, seed, tookMs: 60_000, results: [result] };
}
