// Promise: many rejections in a block hold the partitions that they come from, and no other, before any of them is written, and
// a person may accept them. Checked on blocks with valid and invalid partitions side by side.
import { expect, test } from 'vitest';
import type { BatchAttempt } from '../../../../src/activities/ingest-batch/batch-attempt.js';
import type { BatchReport } from '../../../../src/activities/ingest-batch/batch-report.js';
import { ingestBlock } from '../../../../src/activities/ingest-batch/ingest-block.js';
import { createIsolation } from '../../../../src/activities/ingest-batch/isolation.js';
import { createPhases } from '../../../../src/activities/ingest-batch/phases.js';
import { createRecount } from '../../../../src/activities/ingest-batch/recount.js';
import { createRepeatedFailures } from '../../../../src/activities/ingest-batch/repeated-failures.js';
import type { Block } from '../../../../src/domain/blocks/block.js';
import type { BatchPlan } from '../../../../src/domain/pipeline/batch-plan.js';
import type { DeadLetterTable } from '../../../../src/domain/ports/dead-letter-table.js';
import { blockOf, letterAt, rowsFrom } from '../../../support/clickhouse-blocks.js';
import { watchLeaderEpochs } from '../../../../src/activities/ingest-batch/epoch-watch.js';
import { fakeEventTable } from '../../../support/fake-event-table.js';
import { aLog, aPlan } from '../../../support/pipeline-builders.js';

/** A block with this many rows and rejections of each partition. */
function mixed(partitions: readonly { readonly rows: number; readonly rejected: number }[]): Block {
  const rows = partitions.flatMap((each, partition) => rowsFrom(partition, 0, each.rows));
  const deadLetters = partitions.flatMap(({ rejected }, partition) =>
    Array.from({ length: rejected }, (_, index) => letterAt(10_000 + index, { partition })),
  );
  return { ...blockOf('topic', rows), deadLetters, records: rows.length + deadLetters.length };
}

async function ingested(block: Block, changes: Partial<BatchPlan> = {}) {
  const plan = aPlan([[0, 0, 20_000]], changes);
  const execution = { workflowId: 'w', runId: 'r', activityId: '1', attempt: 1 };
  const guard = { assertMaySend: () => Promise.resolve(), stop: () => undefined };
  const waiting = { startedMs: performance.now(), tell: () => undefined };
  const { signal } = new AbortController();
  const recount = createRecount(undefined, () => undefined);
  const epochs = watchLeaderEpochs(plan.ranges);
  const memory = {
    open: () => Promise.reject(new Error('nothing is read')),
    release: () => undefined,
  };
  const failures = createRepeatedFailures(undefined, 1);
  const isolation = createIsolation(plan, failures);
  const attempt: BatchAttempt = {
    ...{ plan, log: aLog(), ranges: [], execution, guard, waiting, phases: createPhases() },
    ...{ memory, recount, epochs, failures, isolation, signal },
  };
  let letters = 0;
  const contracts = new Set<string>();
  const insert: DeadLetterTable['insert'] = (_table, _log, some, { contract }) => {
    letters += some.length;
    contracts.add(contract);
    return Promise.resolve();
  };
  const deadLetters = { insert } as DeadLetterTable;
  const report = { decided: () => undefined } as unknown as BatchReport;
  const tables = {} as never;
  const events = fakeEventTable();
  const step = await ingestBlock(block, 1, attempt, report, { tables, events, deadLetters });
  return { step, letters, contracts: [...contracts] };
}

test('a partition of invalid records is held, and a valid one beside it is not', async () => {
  const block = mixed([
    { rows: 1_000, rejected: 10 },
    { rows: 10, rejected: 3_000 },
  ]);
  const { step, letters } = await ingested(block);
  expect(step).toMatchObject({
    kind: 'held',
    held: { reason: 'TooManyRejections', partitions: [1] },
  });
  expect(step.kind === 'held' && step.held.detail).toMatch(
    /^3010 of 4020 records would become dead letters: .* By reason: \w+ 3010, for example offset 10000 of partition 0 \(.+\)\.$/,
  );
  expect(letters).toBe(0);
});

test('a thousand invalid records, or half of a block, cause no hold', async () => {
  expect(await ingested(mixed([{ rows: 0, rejected: 1_000 }]))).toMatchObject({ letters: 1_000 });
  const half = await ingested(mixed([{ rows: 1_500, rejected: 1_500 }]));
  expect(half).toMatchObject({ step: { kind: 'next' }, letters: 1_500 });
});

test('a retry of invalid records is held again, however few they are', async () => {
  const bad = mixed([{ rows: 10, rejected: 30 }]);
  expect(await ingested(bad)).toMatchObject({ letters: 30 });
  const retried = await ingested(bad, { toleratesRejections: 0 });
  expect(retried).toMatchObject({ step: { kind: 'held' }, letters: 0 });
  const good = mixed([{ rows: 30, rejected: 10 }]);
  expect(await ingested(good, { toleratesRejections: 0 })).toMatchObject({ letters: 10 });
});

test('a person may accept the rejections', async () => {
  const bad = mixed([{ rows: 10, rejected: 3_000 }]);
  expect(await ingested(bad)).toMatchObject({ letters: 0 });
  expect(await ingested(bad, { acceptRejections: true })).toMatchObject({
    step: { kind: 'next' },
    letters: 3_000,
  });
});

test('dead letters carry the name of the contract that the plan was made for', async () => {
  const bad = mixed([{ rows: 5, rejected: 2 }]);
  expect(await ingested(bad)).toMatchObject({ letters: 2, contracts: ['stream_events'] });
  const contract = { name: 'orders', hash: '0123456789abcdef' };
  expect(await ingested(bad, { contract })).toMatchObject({ letters: 2, contracts: ['orders'] });
});
