// Promise: the details page shows what a pipeline does: state, route, guarantee, lag, rates, freshness, where time is spent,
// what is in progress, what holds it and the command for that. Checked on pages of states that differ in one thing each.
import { expect, test } from 'vitest';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import { detailsPage } from '../../../../src/domain/status/details-page.js';
import type { InHand } from '../../../../src/domain/pipeline/pipeline-status.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { pipelineStatus, startingStatus } from '../../../../src/domain/status/status.js';
import { aDone, aPlan, aState, aStats, NOW_MS } from '../../../support/pipeline-builders.js';

const BATCH_42: InHand = { lane: 0, what: 'batch 42', since: new Date(NOW_MS).toISOString() };

function pageOf(
  state: PipelineState,
  doing: { readonly draining?: string; readonly inHand?: readonly InHand[] } = {},
): string {
  const { draining = null, inHand = [] } = doing;
  const status = pipelineStatus(state, { pause: state.pause, draining, inHand });
  return detailsPage({ status, state, workflowId: 'stream events', nowMs: NOW_MS });
}

/** Two batches of a second each, one after the other. */
function afterTwoBatches(): PipelineState {
  const phases = {
    waitMs: 0,
    fetchMs: 250,
    decodeMs: 250,
    insertMs: 500,
    commitMs: 10,
    totalMs: 1_000,
  };
  let state = aState([5_000, 7_000]);
  for (const [index, oldestRecordMs] of [1_500, 2_600].entries()) {
    const first = index * 1_000;
    const plan = aPlan([[0, first, first + 1_000]], { batch: index + 1 });
    const stats = aStats(1_000, { phases, oldestRecordMs, deadLetters: { invalid_json: 2 } });
    const outcome = {
      kind: 'done',
      done: [aDone(0, first, first + 1_000, 5_000)],
      stats,
      warnings: [],
    } as const;
    state = foldBatch(state, plan, outcome, NOW_MS + index * 1_000);
  }
  return state;
}

test('the page shows the current step before the settings are known', () => {
  const status = startingStatus('querying Kafka and ClickHouse');
  const page = detailsPage({ status, state: null, workflowId: 'w', nowMs: NOW_MS });
  expect(page).toContain('STARTING · querying Kafka and ClickHouse');
  expect(page).not.toContain('rows');
});

test('route, guarantee, totals, lag and dead letters by reason are at the top', () => {
  const page = pageOf(afterTwoBatches());
  expect(page).toMatch(/^### RUNNING/);
  expect(page).toContain('`stream-events` → `stream_events` · group `group`');
  expect(page).toContain('guarantee: **exactly-once**');
  expect(page).toContain(
    '**2,000 rows** in 2 batches · lag 10,000 · dead letters 4 (invalid_json 4)',
  );
});

test('the page shows what the table does not store, with what to do', () => {
  const state = aState([10]);
  const why = ['db.t is a Memory'];
  const notStored = [
    { column: 'payload', why: 'column payload is missing', fix: 'ALTER TABLE x', optional: false },
  ];
  const target = { ...state.target, notStored, guarantee: { level: 'none', why } as const };
  const page = pageOf({ ...state, target });
  expect(page).toContain('guarantee: **none**: db.t is a Memory');
  expect(page).toContain(
    '**Not stored in the table**\n- `payload`: column payload is missing: ALTER TABLE x',
  );
  expect(pageOf(state)).not.toContain('Not stored');
});

test('rates, freshness and phases are those of the last batches', () => {
  expect(pageOf(afterTwoBatches())).toContain(
    'Last 2 batches, until 2026-11-23T07:00:01Z: **1,000 rows/s** · oldest record 2.6 s old when queryable, at most 2.6 s · time spent: fetch 25 %, decode 25 %, insert 50 %, commit 1 %, waiting 0 %',
  );
});

test('each partition has its line, with its lag', () => {
  const page = pageOf(afterTwoBatches());
  expect(page).toContain('| 0 | 2000 | 5000 | 3,000 | 2,000 | 0 |  |');
  expect(page).toContain('| 1 | 0 | 7000 | 7,000 | 0 | 0 |  |');
});

test('of many partitions, those with most lag are shown and the others counted', () => {
  const page = pageOf(aState(Array.from({ length: 50 }, (_, partition) => partition)));
  expect(page).toContain('| 49 |');
  expect(page).not.toContain('| 9 |');
  expect(page).toContain('10 more partitions with less lag.');
});

test('work in progress shows its start, and where its errors are', () => {
  const page = pageOf(afterTwoBatches(), { inHand: [BATCH_42] });
  expect(page).toContain('batch 42 (lane 0) since 2026-11-23T07:00:00Z');
  expect(page).toContain("temporal workflow describe --workflow-id 'stream events'");
});

test.each([
  [true, 'the next start reconciles'],
  [false, 'may duplicate its rows'],
])(
  'a drain says what it waits for, and what a terminate would do (rows findable: %s)',
  (findable, words) => {
    const state = aState([10], {});
    const page = pageOf(
      { ...state, target: { ...state.target, findable } },
      { draining: 'stopping', inHand: [BATCH_42] },
    );
    expect(page).toContain('**Waiting for**: batch 42');
    expect(page).toContain("temporal workflow terminate --workflow-id 'stream events'");
    expect(page).toContain(words);
  },
);

test('a hold shows the commands that end it', () => {
  const plan = aPlan([[0, 0, 10]]);
  const state = foldBatch(
    aState([10]),
    plan,
    {
      kind: 'held',
      held: { partitions: [0], reason: 'TooManyRejections', detail: '3,000 of 4,000' },
      done: [],
      rest: plan.ranges,
      stats: aStats(),
      warnings: [],
    },
    NOW_MS,
  );
  const page = pageOf(state);
  expect(page).toMatch(/^### HELD/);
  expect(page).toContain('Partition 0 is held: TooManyRejections');
  expect(page).toContain(
    `--workflow-id 'stream events' --name resolveHold --input '{"partition":0,"action":"retry"}'`,
  );
});

test('a re-split that ClickHouse caused is explained', () => {
  const shrunk = { maxRows: 500, maxBytes: 1, maxTablePartitions: 1, successes: 0, why: 'memory' };
  expect(pageOf(aState([10], { shrunk }))).toContain('at most 500 rows and 1 KiB: memory.');
});

test('the pages of the largest topics fit the 20,000 bytes that Temporal shows', () => {
  const state = aState(Array.from({ length: 1_000 }, () => 9_007_199_254_740_991));
  const warnings = Array.from({ length: 10 }, (_, index) => `${index} ${'w'.repeat(300)}`);
  const inHand = Array.from({ length: 16 }, (_, lane) => ({ ...BATCH_42, lane }));
  expect(Buffer.byteLength(pageOf({ ...state, warnings }, { inHand }))).toBeLessThan(20_000);
});
