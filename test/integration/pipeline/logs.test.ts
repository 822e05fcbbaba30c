// Promise: a topic that was recreated while its pipeline was stopped is never mistaken for the old one. The start asks, and with
// either answer each record becomes a row exactly once. Checked on real servers, by counting rows of each log in SQL.
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PipelineInput } from '../../../src/domain/pipeline/settings.js';
import { remakeTopic, withAdmin } from '../../support/kafka-topic.js';
import { openTopic, type OwnTopic } from '../../support/own-topic.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import { anEvent } from '../../support/wider-decoder.js';

let world: PipelineWorld;
let own: OwnTopic;

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
  await world.startWorker();
});

beforeEach(async () => {
  own = await openTopic(world, 2);
});

afterAll(() => world.close());

const events = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => anEvent({ event_id: `${name}-${index}` }));

/** Runs a pipeline until it has committed everything, and stops it. */
async function moved(input: PipelineInput = {}): Promise<string[]> {
  const pipeline = await own.start(input);
  await waitUntil(
    async () => {
      const { state, lag, inHand } = await pipeline.status();
      return (
        state === 'running' && lag === 0 && inHand.every(({ what }) => !what.includes('batch'))
      );
    },
    { what: 'all is moved' },
  );
  const { log, warnings } = await pipeline.status();
  await pipeline.signal('stop');
  await pipeline.result();
  return [...warnings, JSON.stringify(log)];
}

async function refused(input: PipelineInput = {}): Promise<string> {
  const pipeline = await own.start(input);
  const error: unknown = await pipeline.result().catch((reason: unknown) => reason);
  if (!(error instanceof WorkflowFailedError)) throw new Error('it did not fail');
  return error.cause?.message ?? '';
}

async function recreated(partitions = 2): Promise<void> {
  const made = { topic: own.names.topic, numPartitions: partitions };
  await withAdmin(world.addresses.kafka, (admin) => remakeTopic(admin, made));
}

const produced = (name: string, counts: readonly number[]) =>
  Promise.all(counts.map((count, partition) => own.produce(partition, events(name, count))));

async function idsStored(): Promise<number> {
  return own.count(`(SELECT DISTINCT _topic_id FROM ${own.rows})`);
}

test.each([
  ['shorter', [100, 100], [60, 0]],
  ['equally long', [2, 2], [2, 2]],
  ['longer', [100, 0], [150, 3]],
])('a start asks about a new log that is %s, and "new" inserts all', async (_, old, now) => {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  await produced('old', old);
  await moved();
  await own.untilCount(own.rows, sum(old));
  await recreated();
  await produced('now', now);
  const why = await refused();
  expect(why).toContain(`holds ${sum(old)} rows and dead letters of topic "${own.names.topic}"`);
  expect(why).toContain('"log":"new"');
  expect(await own.count(own.rows)).toBe(sum(old));
  expect((await moved({ log: 'new' })).join()).toContain('"choice":"new"');
  expect(await own.count(`${own.rows} WHERE event_id LIKE 'now-%'`)).toBe(sum(now));
  await produced('more', [5, 5]);
  // Nothing is left to decide, with or without the answer in the command.
  await moved({ guarantee: 'exactly-once' });
  await produced('most', [5, 5]);
  await moved({ log: 'new' });
  expect(await own.count(own.rows)).toBe(sum(old) + sum(now) + 20);
  expect(await idsStored()).toBe(2);
  const report = await own.verified();
  expect(report).toMatchObject({ verdict: 'complete', records: sum(now) + 20, olderEpochs: 0 });
  expect(report.notes.join()).toContain(`${sum(old)} rows and dead letters of topic`);
});

test('"same" inserts only the rows of a mirrored log that the table lacks', async () => {
  await produced('event', [200, 50]);
  await moved();
  const before = await own.count(`(SELECT DISTINCT _topic_id FROM ${own.rows})`);
  await world.sql(
    `ALTER TABLE ${own.rows} DELETE WHERE _partition = 1 AND _offset = 7 SETTINGS mutations_sync = 2`,
  );
  await recreated();
  await produced('event', [200, 50]);
  expect(await refused()).toContain('"log":"same"');
  expect((await moved({ log: 'same' })).join()).toContain('"choice":"same"');
  await produced('more', [3, 3]);
  // The group remembers the answer.
  await moved();
  const counts = `SELECT toString(count()) AS rows, toString(uniqExact(_partition, _offset)) AS offsets FROM ${own.rows}`;
  expect(await world.sql(counts)).toEqual([{ rows: '256', offsets: '256' }]);
  expect([before, await idsStored()]).toEqual([1, 2]);
  expect(await own.verified()).toMatchObject({ verdict: 'complete', records: 256, doubled: 0 });
});

test('a mirror that lacks records that are rows is refused', async () => {
  await produced('event', [20, 0]);
  await moved();
  await recreated();
  await produced('event', [15, 0]);
  expect(await refused({ log: 'same' })).toContain('up to offset 20 of partition 0');
});

test('dead letters of both logs stay, even in partitions that are added later', async () => {
  const bad = (count: number) => Array.from({ length: count }, () => 'no event');
  await Promise.all([own.produce(0, bad(3)), own.produce(1, bad(2))]);
  await moved();
  await recreated(1);
  await own.produce(0, bad(3));
  const pipeline = await own.start({ log: 'new' });
  await own.untilCount(`${own.letters} FINAL`, 8);
  await withAdmin(world.addresses.kafka, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: own.names.topic, count: 2 }] }),
  );
  await own.produce(1, bad(2));
  await own.untilCount(`${own.letters} FINAL`, 10);
  await pipeline.signal('stop');
  await pipeline.result();
  expect(await own.count(`(SELECT DISTINCT _topic_id, _partition FROM ${own.letters})`)).toBe(4);
});

test('a table without the column is at-least-once until the statement of the status is run', async () => {
  await produced('old', [40, 40]);
  await moved();
  for (const table of [own.rows, own.letters]) {
    await world.sql(`ALTER TABLE ${table} DROP COLUMN _topic_id`);
  }
  await produced('more', [10, 10]);
  const pipeline = await own.start();
  await own.untilCount(own.rows, 100);
  const { guarantee, warnings } = await pipeline.status();
  const words = JSON.stringify([guarantee, warnings]);
  for (const table of [own.rows, own.letters]) {
    const statement = `ALTER TABLE ${table} ADD COLUMN _topic_id LowCardinality(String)`;
    expect(words).toContain(statement);
    await world.sql(statement);
  }
  expect(guarantee?.level).toBe('at-least-once');
  await produced('most', [10, 10]);
  await own.untilCount(own.rows, 120);
  await pipeline.signal('stop');
  await pipeline.result();
  await produced('last', [10, 10]);
  expect((await moved({ guarantee: 'exactly-once' })).join()).toContain(
    '120 rows and dead letters of topic',
  );
  expect(await own.verified()).toMatchObject({ verdict: 'complete', records: 140, doubled: 0 });
  await recreated();
  await produced('new', [150, 1]);
  expect(await refused()).toContain('from another log');
  await moved({ log: 'new' });
  expect(await own.count(`${own.rows} WHERE event_id LIKE 'new-%'`)).toBe(151);
  expect(await own.verified()).toMatchObject({ verdict: 'complete', records: 151, doubled: 0 });
});

test('the start asks about a recreated topic if rows without an id exist', async () => {
  await produced('old', [40, 40]);
  await moved();
  for (const table of [own.rows, own.letters]) {
    await world.sql(`ALTER TABLE ${table} DROP COLUMN _topic_id`);
  }
  await recreated();
  await produced('new', [60, 3]);
  expect(await refused()).toContain('that do not say which log they belong to, and group');
  await moved({ log: 'new' });
  await produced('more', [1, 1]);
  await moved();
  await moved({ log: 'new' });
  expect(await own.count(own.rows)).toBe(80 + 65);
  expect(await own.verified()).toMatchObject({ verdict: 'complete', records: 65, doubled: 0 });
});
