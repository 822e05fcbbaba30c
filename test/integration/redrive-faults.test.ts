// Promise: a redrive whose worker is killed between its steps still inserts each row once and counts correctly, and a table that
// refuses some rows gets the others. Checked with SIGKILL as soon as rows of a window appear, and with a constraint. SQL and
// `verify` are the judges.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../src/domain/formats/decoder.js';
import type { Transform } from '../../src/domain/contract/transform.js';
import { filtered, rejected } from '../../src/domain/contract/verdict.js';
import type { RedriveReport } from '../../src/domain/redrive/public-types.js';
import { startInProcessWorker } from '../support/in-process-worker.js';
import { redriven, startWorkflow, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { waitUntil } from '../support/wait-until.js';

let world: PipelineWorld;

beforeEach(async () => {
  world = await openWorld({ partitions: 2 });
});

afterEach(() => world.close());

const with_ = (transform: Transform) =>
  createDecoder({ contract: EVENT_CONTRACT, transform, path: 'bytes' });
const lastDigit = (id: unknown) => Number.parseInt(String(id).slice(-1), 16);

/** Moves everything with a transform of the test, and ends. */
async function ingestedWith(transform: Transform, groupId = world.groupId): Promise<void> {
  const worker = await startInProcessWorker(world, { decoder: with_(transform) });
  const input = { until: 'now', groupId } as const;
  await (await world.startPipeline(input, `${world.workflowId}-${groupId}`)).result();
  await worker.stop();
}

async function count(what: string): Promise<number> {
  const [row] = await world.sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${what}`);
  return Number(row?.n);
}

const rows = () => `${world.database}.${world.table}`;
const letters = () => `${world.database}.${world.table}_dead_letters FINAL`;

test('a redrive that is killed three times as soon as a window has rows inserts each row once', async () => {
  await world.produce(60_000);
  await ingestedWith((event, row) => (lastDigit(event.event_id) < 7 ? rejected('not yet') : row));
  const open = await count(`${letters()} WHERE status = 'open'`);
  expect(open).toBeGreaterThan(20_000);
  let worker = await world.startWorker();
  const handle = await startWorkflow(world, 'redrive', { dryRun: false });
  for (let kill = 0; kill < 3; kill++) {
    const before = await count(rows());
    await waitUntil(async () => (await count(rows())) > before, {
      what: 'rows of another window are there',
    });
    worker.kill('SIGKILL');
    await worker.ended();
    worker = await world.startWorker();
  }
  const report = (await handle.result()) as RedriveReport;
  expect(report).toMatchObject({
    letters: open,
    redriven: open,
    redrivenByReason: { rejected_by_transform: open },
    rejected: 0,
  });
  expect(report.alreadyThere).toBeGreaterThan(0);
  // Both the rows and the dead letters, which are now redriven: each record twice, and no more.
  expect(await count(rows())).toBe(60_000);
  expect(await count(`${letters()} WHERE status != 'redriven'`)).toBe(0);
  expect(await verified(world)).toMatchObject({
    verdict: 'complete',
    records: 60_000,
    rows: 60_000,
    redriven: open,
  });
});

test('a table that refuses some rows gets all others, and the dead letters of the refused ones say why', async () => {
  await world.produce(300);
  await ingestedWith((event, row) => (lastDigit(event.event_id) < 7 ? rejected('not yet') : row));
  await world.sql(
    `ALTER TABLE ${rows()} ADD CONSTRAINT no_three CHECK NOT endsWith(event_id, '3')`,
  );
  await world.startWorker();
  const open = await count(`${letters()} WHERE status = 'open'`);
  const report = await redriven(world, { dryRun: false });
  const refused = await count(`${letters()} WHERE reason = 'refused_by_table' AND status = 'open'`);
  expect(refused).toBeGreaterThan(2);
  expect(report).toMatchObject({
    redriven: open - refused,
    rejected: refused,
    rejectedByReason: { refused_by_table: refused },
  });
  expect(await count(`${letters()} WHERE status = 'redriven'`)).toBe(open - refused);
  expect(await count(rows())).toBe(300 - refused);
  expect(await verified(world)).toMatchObject({ verdict: 'complete', deadLetters: refused });
  await world.sql(`ALTER TABLE ${rows()} DROP CONSTRAINT no_three`);
  expect(await redriven(world, { dryRun: false })).toMatchObject({ redriven: refused });
  expect(await verified(world)).toMatchObject({ verdict: 'complete', rows: 300 });
});

test('dead letters that the transform filters stay open', async () => {
  await world.produce(200);
  await ingestedWith((event, row) => (lastDigit(event.event_id) < 7 ? rejected('not yet') : row));
  const open = await count(`${letters()} WHERE status = 'open'`);
  const decoder = with_((event, row) => (lastDigit(event.event_id) < 3 ? filtered : row));
  const worker = await startInProcessWorker(world, { decoder });
  const report = await redriven(world, { dryRun: false });
  await worker.stop();
  expect(report.filtered).toBeGreaterThan(5);
  expect(report.redriven + report.filtered).toBe(open);
  expect(await count(`${letters()} WHERE status = 'open'`)).toBe(report.filtered);
});
