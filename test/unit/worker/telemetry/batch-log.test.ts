// Promise: everything that the attempt of a batch logs names the batch, its lane and its range, and each batch has one line with
// its results. Checked on the interceptor itself.
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import { expect, test } from 'vitest';
import type { BatchOutcome } from '../../../../src/domain/pipeline/batch-plan.js';
import { batchLog } from '../../../../src/worker/telemetry/batch-log.js';
import { allDone, aPlan, aStats } from '../../../support/pipeline-builders.js';

const plan = aPlan([[0, 1_000, 3_400]], { batch: 42, lane: 1 });

async function run(outcome: BatchOutcome | Error) {
  const lines: (readonly [level: string, message: string, fields: object])[] = [];
  const write = (level: string) => (message: string, fields: object) =>
    void lines.push([level, message, fields]);
  const log = { info: write('info'), warn: write('warn') };
  const context = { info: { activityType: 'ingestBatch' }, log } as unknown as Context;
  const { inbound, outbound } = batchLog(context) as Required<ActivityInterceptors>;
  const input = { args: [plan], headers: {} };
  const next = () =>
    outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  await inbound.execute!(input, next).catch(() => undefined);
  const attributes = outbound.getLogAttributes!({ attempt: 1 }, (all) => all);
  return { lines, attributes };
}

const NAMED = { attempt: 1, batch: 42, lane: 1, range: 'p0 1000-3400' };

test('batch, lane and range are in every line, including that of a failure', async () => {
  expect((await run(allDone(plan))).attributes).toEqual(NAMED);
  expect((await run(new Error('no'))).attributes).toEqual(NAMED);
});

test('a completed batch has one line with its counts', async () => {
  const { lines } = await run(allDone(plan));
  expect(lines).toMatchObject([['info', 'Batch done', { records: 2_400, rows: 2_400 }]]);
});

test('a held batch is a warning with its reason', async () => {
  const { lines } = await run({
    kind: 'held',
    held: { partitions: [0], reason: 'DataLost', detail: 'Retention removed [0, 5)' },
    done: [],
    rest: plan.ranges,
    stats: aStats(),
    warnings: ['Kafka refused a commit'],
  });
  expect(lines).toMatchObject([
    ['warn', 'Batch is held', { reason: 'DataLost', why: 'Retention removed [0, 5)' }],
    ['warn', 'Kafka refused a commit', undefined],
  ]);
});
