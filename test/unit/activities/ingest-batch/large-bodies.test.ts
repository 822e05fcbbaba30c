// Promise: blocks that a proxy in front of ClickHouse does not let through are split until they fit, whether it says so or
// resets the connection, and `configure` splits a running batch. Each record becomes one row. Checked with the product's own
// planning and folding over a table behind a proxy with a limit.
import { expect, test } from 'vitest';
import type { InsertError } from '../../../../src/domain/insert-failures/insert-error.js';
import { REPEATS_BEFORE_BLAME, REPEATS_BEFORE_HOLD } from '../../../../src/domain/limits.js';
import { beginRun } from '../../../../src/domain/pipeline/first-state.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { createFakePipeline } from '../../../support/fake-pipeline.js';
import { fakeEventTable, type FakeEventTable } from '../../../support/fake-event-table.js';
import { anInsertError } from '../../../support/insert-errors.js';
import { aSettings, aState, RUN } from '../../../support/pipeline-builders.js';

const RECORDS = 1_000;
const VALUE_BYTES = 1_000;
/** A quarter of all records fit one block. */
const LIMIT_BYTES = 250_000;

const TOO_LARGE = anInsertError({ httpStatus: 413, message: 'HTTP 413' });
const CUT_OFF = anInsertError({ kind: 'network', sent: 'part', message: 'ECONNRESET' });
const ANSWER_LOST = anInsertError({ kind: 'network', sent: 'whole', message: 'ECONNRESET' });

function limited(error: InsertError): FakeEventTable {
  const events = fakeEventTable();
  events.proxy = ({ valueBytes }) => (valueBytes > LIMIT_BYTES ? error : null);
  return events;
}

const batchOf = (maxBytes: number) =>
  aSettings({ batch: { maxRows: 10_000, maxBytes, intervalSeconds: 10 } });

function stateOf(): PipelineState {
  return aState([RECORDS], { settings: batchOf(67_108_864) });
}

function expectAllOnce(events: FakeEventTable): void {
  expect(events.counts.size).toBe(RECORDS);
  expect([...events.counts.values()].every((times) => times === 1)).toBe(true);
}

test.each([
  ['a proxy that answers 413', TOO_LARGE, 1],
  ['a proxy that resets in the middle of a body', CUT_OFF, REPEATS_BEFORE_BLAME],
  // One more attempt, because the last insert may arrive during the pause.
  ['a proxy that resets after a body', ANSWER_LOST, REPEATS_BEFORE_HOLD + 1],
])('%s: blocks are halved until they fit', async (_, error, attempts) => {
  const events = limited(error);
  const pipeline = createFakePipeline({ state: stateOf(), events, valueBytes: VALUE_BYTES });
  await pipeline.run();
  expectAllOnce(events);
  expect(pipeline.state.holds).toEqual([]);
  expect(pipeline.letters).toEqual([]);
  // 1,000 records, 500, 250.
  expect(pipeline.attempts).toBe(2 * attempts + pipeline.plans.length - 2);
  expect(pipeline.plans.length).toBe(3);
});

test('an insert whose answer was lost repeatedly, and whose rows exist, is not sent in other blocks', async () => {
  const events = fakeEventTable();
  for (let time = 0; time <= REPEATS_BEFORE_HOLD + 1; time++) {
    events.faults.push({ kind: 'answer-lost' });
  }
  const pipeline = createFakePipeline({ state: stateOf(), events, valueBytes: VALUE_BYTES });
  await pipeline.run();
  expectAllOnce(events);
  expect(pipeline.plans.length).toBe(1);
});

test('a server outage between two lost answers restarts the count', async () => {
  let sends = 0;
  const events = fakeEventTable();
  const away = anInsertError({ kind: 'network', sent: 'nothing', message: 'ECONNREFUSED' });
  events.proxy = () => {
    sends += 1;
    if (sends > REPEATS_BEFORE_HOLD + 1) return null;
    return sends === REPEATS_BEFORE_HOLD ? away : ANSWER_LOST;
  };
  const pipeline = createFakePipeline({ state: stateOf(), events, valueBytes: VALUE_BYTES });
  await pipeline.run();
  expectAllOnce(events);
  expect(pipeline.plans.length).toBe(1);
});

/** A batch that was running during `configure`, and is carried to the next run. */
function carried(maxBytes: number): PipelineState {
  const step = nextStep(stateOf(), 0, { ...RUN, due: true, lookedAtMs: null });
  if (step.kind !== 'ingest') throw new Error('nothing was planned');
  const pending = [{ ...step.plan, earlierSends: 'same-blocks' as const }];
  return beginRun({ ...stateOf(), settings: batchOf(maxBytes), pending, nextBatch: 2 });
}

test('`configure` with a smaller maxBytes splits a running batch that no proxy accepts', async () => {
  const events = limited(ANSWER_LOST);
  const state = carried(LIMIT_BYTES);
  const pipeline = createFakePipeline({ state, events, valueBytes: VALUE_BYTES });
  await pipeline.run();
  expectAllOnce(events);
  expect(pipeline.plans[0]?.ranges[0]).toMatchObject({ first: '0', end: String(RECORDS) });
  expect(pipeline.attempts).toBe(pipeline.plans.length);
});

test('the rows of such a batch are found, and behind a view it is completed in its original blocks', async () => {
  const cutShort = async (viewNames: readonly string[]) => {
    const events = fakeEventTable();
    events.viewNames = viewNames;
    const first = createFakePipeline({ state: stateOf(), events, valueBytes: VALUE_BYTES });
    events.faults.push(
      ...Array.from({ length: 15 }, () => ({ kind: 'killed', after: 3, lost: false }) as const),
    );
    await expect(first.run()).rejects.toThrow('attempts have failed');
    events.faults.length = 0;
    const before = events.tokens.length;
    const pipeline = createFakePipeline({
      state: carried(LIMIT_BYTES),
      events,
      valueBytes: VALUE_BYTES,
    });
    await pipeline.run();
    expectAllOnce(events);
    return { plans: pipeline.plans.length, tokens: new Set(events.tokens.slice(before)) };
  };
  expect((await cutShort([])).plans).toBeGreaterThan(1);
  expect((await cutShort(['db.view'])).plans).toBe(1);
});

test('after `configure` with larger limits a running batch is sent as it was planned', () => {
  expect(carried(134_217_728).pending[0]).not.toHaveProperty('smaller');
  expect(carried(LIMIT_BYTES).pending[0]?.smaller).toEqual({
    maxRows: 10_000,
    maxBytes: LIMIT_BYTES,
  });
  const again = beginRun({ ...carried(LIMIT_BYTES), settings: batchOf(134_217_728) });
  expect(again.pending[0]).not.toHaveProperty('smaller');
});
