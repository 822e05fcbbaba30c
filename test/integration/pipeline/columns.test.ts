// Promise: what a table does not store is never passed over silently. A start that asked for exactly-once is refused with each
// column, and any other reports in its status, on its page and in its log what is missing and what to run. Checked on tables
// that ClickHouse fills with defaults.
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type OwnTopic, openTopic } from '../../support/own-topic.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { detailsPage } from '../../support/user-commands.js';
import { waitUntil } from '../../support/wait-until.js';
import type { WorkerProcess } from '../../support/worker-process.js';
import { anEvent } from '../../support/wider-decoder.js';

let world: PipelineWorld;
let worker: WorkerProcess;
let own: OwnTopic;

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
  worker = await world.startWorker();
});

beforeEach(async () => {
  own = await openTopic(world, 1);
});

afterAll(() => world.close());

const events = (count: number) => Array.from({ length: count }, () => anEvent());

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError)) throw error as Error;
  return error.cause?.message ?? '';
}

const create = (columns: string) =>
  world.sql(
    `CREATE TABLE ${own.rows} (${columns}, _topic String, _topic_id LowCardinality(String),
     _epoch UInt32, _partition UInt32, _offset UInt64) ENGINE = MergeTree ORDER BY event_id SETTINGS non_replicated_deduplication_window = 1000`,
  );

test('a UUID column that events are not stored in prevents exactly-once, and is reported for other guarantees', async () => {
  await create(
    `event_id UUID, event_type Enum8('click' = 1), timestamp DateTime, source String, payload String`,
  );
  const why = await refusal((await own.start({ guarantee: 'exactly-once' })).result());
  expect(why).toContain(
    `"guarantee":"exactly-once" was requested, but ${own.names.table} provides at-least-once`,
  );
  expect(why).toContain(
    `${own.rows} does not store event_id (column event_id is UUID, which does not hold every String): no ALTER changes`,
  );
  expect(why).toContain(`does not store event_type (column event_type is Enum8('click' = 1)`);
  expect(why).toContain(`ALTER TABLE ${own.rows} MODIFY COLUMN event_type String`);

  await own.produce(0, events(20));
  const pipeline = await own.start();
  await own.untilCount(own.rows, 20);
  const { guarantee, notStored } = await pipeline.status();
  expect(guarantee?.level).toBe('at-least-once');
  expect(notStored.map(({ column, optional }) => [column, optional])).toEqual([
    ['event_id', false],
    ['event_type', false],
    ['metadata', true],
  ]);
  const page = await detailsPage(pipeline.handle.workflowId, world.addresses.temporal);
  expect(page).toContain('**Not stored in the table**');
  expect(page).toContain('`metadata`: column metadata is missing');
  await waitUntil(() => /Not everything is stored.*event_id.*metadata/.test(worker.log()), {
    what: 'the log says so',
  });
});

test('an optional column that is missing is named and does not weaken the guarantee', async () => {
  await create(
    `event_id String, event_type LowCardinality(String), timestamp DateTime64(3), source Nullable(String),
     payload String CODEC(ZSTD(3)), unfilled UUID, filled String DEFAULT 'x'`,
  );
  await own.produce(0, events(20));
  const pipeline = await own.start({ guarantee: 'exactly-once' });
  await own.untilCount(`${own.rows} WHERE filled = 'x' AND source = 's'`, 20);
  const { guarantee, notStored } = await pipeline.status();
  expect(guarantee).toEqual({ level: 'exactly-once' });
  expect(notStored.map(({ column }) => column)).toEqual(['metadata']);
});

test('the guarantee says that a table keeps no rows, and verify says why rows are missing', async () => {
  await world.sql(
    `CREATE TABLE ${own.rows} (event_id String, event_type String, timestamp DateTime, source String, payload String, metadata String,
     _topic String, _epoch UInt32, _partition UInt32, _offset UInt64) ENGINE = Null`,
  );
  await own.produce(0, events(20));
  const pipeline = await own.start();
  await waitUntil(async () => (await pipeline.status()).totals.rows === 20, {
    what: 'all is moved',
  });
  expect((await pipeline.status()).guarantee).toMatchObject({ level: 'none' });
  const report = await own.verified();
  expect(report.verdict).toBe('unknown');
  expect(report.notes.join()).toContain('the table does not keep what it acknowledges');
  expect(
    await refusal(
      (await own.start({ guarantee: 'exactly-once' }, `${own.names.topic}-strict`)).result(),
    ),
  ).toContain('provides no guarantee');
});

test('a view is refused with the table behind it', async () => {
  await world.sql(
    `CREATE TABLE ${own.rows}_real (event_id String) ENGINE = MergeTree ORDER BY event_id`,
  );
  await world.sql(`CREATE VIEW ${own.rows} AS SELECT * FROM ${own.rows}_real`);
  expect(await refusal((await own.start()).result())).toContain(
    `is a View, and rows can't be inserted into a view: write into the table behind it (${own.rows}_real)`,
  );
});
