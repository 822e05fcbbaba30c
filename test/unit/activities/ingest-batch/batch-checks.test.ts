// Promise: a batch continues at another replica of its table and is held before any other table. Checked with the answers of two
// replicas, whose file names their source.
import { expect, test } from 'vitest';
import { checkBatch } from '../../../../src/activities/ingest-batch/batch-checks.js';
import { createTableDirectory } from '../../../../src/adapters/clickhouse/schema/table-directory.js';
import type { TableIdentity } from '../../../../src/domain/table/identity.js';
import { fakeServer } from '../../../support/clickhouse-fake.js';
import { aPlan } from '../../../support/pipeline-builders.js';
import { identityAnswers, refusedWith } from '../../../support/replicated-answers.js';
import { TARGET } from '../../../support/resolve-world.js';

const { tables, replicas, zookeeper, zookeeperOfRecreated } = identityAnswers();
const { first, second } = tables;
const NODE = '/clickhouse/tables/shop/events@4294967321';
const TOPIC = { topicId: 'topic-1', partitions: [] };

type Answers = Parameters<typeof fakeServer>[0];

async function check(known: TableIdentity, answers: Answers) {
  const server = fakeServer(answers);
  const directory = createTableDirectory(server, {
    layout: { columns: [], timeColumn: '', idColumn: '' },
    createTables: false,
  });
  const plan = { ...aPlan([[0, 0, 5]]), table: { database: 'shop', table: 'events' }, ...known };
  const checked = await checkBatch(plan, TOPIC, 'me', {
    groups: {
      committed: async () => [],
      committedSoon: async () => ({ kind: 'known', offsets: [] }),
      commit: async () => ({ kind: 'committed' }),
    },
    tables: {
      ...directory,
      prepare: async () => ({ target: TARGET, warnings: [] }),
      describe: async () => null,
    },
    workflows: {} as never,
  });
  return { ...checked, asked: server.asked };
}

const replicated = { 'system.replicas': replicas, 'system.zookeeper': zookeeper };
const FIRST = { tableId: first.uuid, replicatedId: NODE };

test('a fail-over to a replica with another UUID continues', async () => {
  const { held, replicatedId } = await check(FIRST, { 'system.tables': [second], ...replicated });
  expect(held).toBeNull();
  expect(replicatedId).toBeUndefined();
});

test('a table that was recreated at the same path in Keeper is held', async () => {
  const answers = { ...replicated, 'system.zookeeper': zookeeperOfRecreated };
  const { held } = await check(FIRST, { 'system.tables': [second], ...answers });
  expect(held).toMatchObject({ reason: 'TableReplaced', foundTarget: TARGET });
});

test('a table that is no longer replicated is held', async () => {
  const { held } = await check(FIRST, { 'system.tables': [{ ...second, engine: 'MergeTree' }] });
  expect(held?.reason).toBe('TableReplaced');
});

test('Keeper is not queried while the UUID is the same and the node is known', async () => {
  const { held, asked } = await check(FIRST, { 'system.tables': [first] });
  expect(held).toBeNull();
  expect(asked).toHaveLength(1);
});

test('a plan of the previous release learns the node of its table and causes no hold', async () => {
  const known = { tableId: first.uuid };
  const { held, replicatedId } = await check(known, { 'system.tables': [first], ...replicated });
  expect({ held, replicatedId }).toEqual({ held: null, replicatedId: NODE });
});

test('a plan of the previous release is held if the UUID differs, as before', async () => {
  const known = { tableId: first.uuid };
  const { held } = await check(known, { 'system.tables': [second], ...replicated });
  expect(held?.reason).toBe('TableReplaced');
  expect(held?.detail).toContain('another replica of the same table');
});

test('without Keeper nothing is held: the same table continues, and another UUID is retried', async () => {
  const away = { ...replicated, 'system.zookeeper': refusedWith(999) };
  const known = { tableId: first.uuid };
  expect(await check(known, { 'system.tables': [first], ...away })).toMatchObject({ held: null });
  await expect(check(FIRST, { 'system.tables': [second], ...away })).rejects.toThrow('999');
});

test('a user without access to Keeper is held by UUIDs, as before', async () => {
  const denied = { ...replicated, 'system.zookeeper': refusedWith(497) };
  const known = { tableId: first.uuid };
  expect(await check(known, { 'system.tables': [first], ...denied })).toMatchObject({ held: null });
  const { held } = await check(FIRST, { 'system.tables': [second], ...denied });
  expect(held?.reason).toBe('TableReplaced');
});
