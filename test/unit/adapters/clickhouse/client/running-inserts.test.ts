// Promise: the name of an insert is frozen, no workflow's names begin like another's, and a lane waits for exactly the inserts
// that may change what it reconciles. Checked by example and by property.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  pipelinePrefix,
  queryId,
  runningInserts,
} from '../../../../../src/adapters/clickhouse/client/running-inserts.js';
import type { InsertId } from '../../../../../src/domain/ports/event-table.js';
import { fakeServer } from '../../../../support/clickhouse-fake.js';

const ID: InsertId = {
  workflowId: 'stream-events',
  runId: '0199a1c2-7e11-7c4f-8a55-d1f2a3b4c5d6',
  lane: 0,
  batch: 42,
  block: 1,
  attempt: 2,
  send: 3,
};

test('the names are frozen', () => {
  expect(queryId(ID)).toBe(
    'millrace/stream-events/0199a1c2-7e11-7c4f-8a55-d1f2a3b4c5d6/0/42/1/2/3',
  );
  expect(queryId({ ...ID, workflowId: 'a/b c%ü:🙂' }, 'dead-letters')).toBe(
    'millrace/a%2Fb%20c%25%C3%BC%3A%F0%9F%99%82/0199a1c2-7e11-7c4f-8a55-d1f2a3b4c5d6/0/42/1/2/3/d',
  );
});

test('no workflow is mistaken for another', () => {
  const workflowId = fc.oneof(
    fc.stringMatching(/^[a-c/%2F-]{1,8}$/),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  );
  fc.assert(
    fc.property(workflowId, workflowId, (one, other) => {
      fc.pre(one !== other);
      expect(queryId({ ...ID, workflowId: one }).startsWith(pipelinePrefix(other))).toBe(false);
    }),
  );
});

test('sends that differ in anything have different names', () => {
  const changes: readonly Partial<InsertId>[] = [
    {},
    { workflowId: 'other' },
    { runId: 'other' },
    { lane: 1 },
    { batch: 1 },
    { block: 2 },
    { attempt: 1 },
    { send: 1 },
  ];
  const names = changes.map((change) => queryId({ ...ID, ...change }));
  expect(new Set([...names, queryId(ID, 'dead-letters')]).size).toBe(changes.length + 1);
});

test('a lane waits for its own earlier inserts and for all of earlier runs', async () => {
  const waitedFor = [
    queryId({ ...ID, attempt: 1 }),
    queryId({ ...ID, send: 2 }),
    queryId({ ...ID, batch: 41 }, 'dead-letters'),
    queryId({ ...ID, runId: 'earlier' }),
    queryId({ ...ID, runId: 'earlier', lane: 7 }),
  ];
  const others = [
    queryId(ID),
    queryId(ID, 'dead-letters'),
    queryId({ ...ID, lane: 1 }),
    queryId({ ...ID, lane: 10 }),
  ];
  const running = [...others, ...waitedFor].map((query_id) => ({ query_id }));
  const server = fakeServer({ 'system.processes': running });
  expect(await runningInserts(server, ID)).toEqual({ names: waitedFor, unasked: [] });
  const { names: tenth } = await runningInserts(fakeServer({ 'system.processes': running }), {
    ...ID,
    lane: 10,
    send: 9,
  });
  expect(tenth).toContain(queryId({ ...ID, lane: 10 }));
  expect(tenth).not.toContain(queryId({ ...ID, lane: 1 }));
});
