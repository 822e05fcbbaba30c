// Promise: a pipeline that continues as new again and again loses and duplicates nothing, and carries its pause and its
// counters, and the work of a killed worker is soon given to another one. Checked under load, with a history limit so low that
// it must continue.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { type OwnTemporal, startOwnTemporal } from '../../support/temporal-own.js';
import { waitUntil } from '../../support/wait-until.js';

const EVENTS = 150_000;

let temporal: OwnTemporal;
let world: PipelineWorld;

beforeAll(async () => {
  temporal = await startOwnTemporal({
    flags: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
  });
  world = await openWorld({
    addresses: temporal.addresses,
    environment: { BATCH_INTERVAL_SECONDS: '0.2' },
  });
});

afterAll(async () => {
  await world.close();
  await temporal.stop();
});

async function runs(): Promise<number> {
  const query = `WorkflowId = "${world.workflowId}"`;
  return (await world.client.workflow.count(query)).count;
}

test('five and more runs carry counters and a pause, and every event is inserted once', async () => {
  await world.startWorker();
  const pipeline = await world.startPipeline({ batch: { maxRows: 2_000 } });
  await world.produce(EVENTS / 2, { rate: 10_000 });
  await pipeline.caughtUp();
  await pipeline.signal('pause', { reason: 'kept over runs' });
  await waitUntil(async () => (await pipeline.status()).state === 'paused', {
    what: 'the pipeline is paused',
  });
  const paused = await runs();
  await world.produce(EVENTS / 2);
  // Changing a setting drains and continues as new, and the pause must be carried along.
  await pipeline.handle.executeUpdate('configure', { args: [{ batch: { maxRows: 1_000 } }] });
  await waitUntil(async () => (await runs()) > paused, {
    what: 'the pipeline has continued as new',
  });
  const carried = await pipeline.status();
  expect(carried).toMatchObject({ state: 'paused', totals: { rows: EVENTS / 2 } });
  expect(carried.detail).toContain('kept over runs');
  await pipeline.signal('resume');
  await pipeline.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: 0, doubled: 0, wrong: 0 });
  expect(await runs()).toBeGreaterThan(5);
  await waitUntil(async () => (await pipeline.status()).totals.rows === EVENTS, {
    what: 'the counters of all runs add up',
  });
});

/** Of all runs that continue another one, because the last run alone may have moved nothing yet. */
async function eventsOfContinuedRuns() {
  const { workflow } = world.client;
  const found = [];
  for await (const { runId } of workflow.list({ query: `WorkflowId = "${world.workflowId}"` })) {
    const { events } = await workflow.getHandle(world.workflowId, runId).fetchHistory();
    const started = events?.[0]?.workflowExecutionStartedEventAttributes;
    if (started?.continuedExecutionRunId) found.push(...(events ?? []));
  }
  return found;
}

test('a batch in progress moves to another worker within seconds instead of ten', async () => {
  const seconds = (await eventsOfContinuedRuns()).flatMap((event) => {
    const { workflowExecutionStartedEventAttributes: started } = event;
    const { activityTaskScheduledEventAttributes: scheduled } = event;
    const [what, after] = started
      ? ['workflow task', started.workflowTaskTimeout]
      : [scheduled?.activityType?.name, scheduled?.heartbeatTimeout];
    return after ? [`${what}: ${Number(after.seconds)} s`] : [];
  });
  expect([...new Set(seconds)].sort()).toEqual([
    'awaitRecords: 3 s',
    'ingestBatch: 3 s',
    'workflow task: 5 s',
  ]);
});
