// Promise: a table that is altered under a running pipeline never loses a value silently. What removes something holds the
// partitions until a person restores it or continues without it. What adds something, and every statement that Millrace printed,
// takes effect by itself. Checked by altering real tables and running the shown statements and commands.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Hold } from '../../../src/domain/holds/hold.js';
import type { PipelineStatus } from '../../../src/domain/pipeline/pipeline-status.js';
import { openTopic, type OwnTopic } from '../../support/own-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { commandOn, detailsPage, runCommand } from '../../support/user-commands.js';
import { waitUntil } from '../../support/wait-until.js';
import { anEvent } from '../../support/wider-decoder.js';

let world: PipelineWorld;
let own: OwnTopic;

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
  await world.startWorker();
});

beforeEach(async () => {
  own = await openTopic(world, 1);
});

afterAll(() => world.close());

const events = (count: number) =>
  Array.from({ length: count }, () => anEvent({ metadata: { k: 'v' } }));

/** Returns what the pipeline reports once it matches. */
async function said(
  pipeline: Pipeline,
  what: string,
  fits: (status: PipelineStatus) => boolean,
): Promise<PipelineStatus> {
  let last: PipelineStatus | undefined;
  await waitUntil(async () => fits((last = await pipeline.status())), {
    what,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it says ${JSON.stringify(last)}`);
  });
  return last!;
}

async function heldBy(pipeline: Pipeline): Promise<Hold> {
  const { holds } = await said(pipeline, 'it is held', (status) => status.holds.length > 0);
  expect(holds.map(({ reason }) => reason)).toEqual(['TableChanged']);
  return holds[0]!;
}

async function resolve({ handle: { workflowId } }: Pipeline, action: string): Promise<void> {
  const page = await detailsPage(workflowId, world.addresses.temporal);
  await runCommand(commandOn(page, 0, action), world.addresses.temporal);
}

const statementIn = (text: string) => text.slice(text.indexOf('ALTER TABLE'));
const alter = (what: string) =>
  world.sql(`ALTER TABLE ${own.rows} ${what} SETTINGS mutations_sync = 2`);
const caughtUp = (pipeline: Pipeline, rows: number) =>
  said(pipeline, `${rows} rows are moved`, ({ totals, lag }) => totals.rows === rows && lag === 0);

test.each([
  ['dropped', 'DROP COLUMN metadata', 'column metadata is missing', "metadata = ''"],
  ['renamed', 'RENAME COLUMN metadata TO meta', 'column metadata is missing', "metadata = ''"],
  ['retyped', 'MODIFY COLUMN _partition UInt8', 'column _partition is UInt8', '0'],
  [
    'changed to a type that no value fits',
    'MODIFY COLUMN source UInt8',
    'column source is UInt8',
    "source != 's'",
  ],
  [
    'made ephemeral',
    "DROP COLUMN metadata, ADD COLUMN metadata String EPHEMERAL 'x'",
    'column metadata is EPHEMERAL',
    "metadata = ''",
  ],
  [
    'computed',
    "MODIFY COLUMN source String MATERIALIZED 'x'",
    'column source is MATERIALIZED',
    "source != 's'",
  ],
])(
  'a column that is %s causes a hold, and the shown statement ends it',
  async (_, change, why, isWrong) => {
    const pipeline = await own.start();
    await caughtUp(await moved(pipeline, 10), 10);
    // All earlier rows lose the values of the dropped column.
    if (change.includes('source UInt8')) await world.sql(`TRUNCATE TABLE ${own.rows}`);
    const before = await own.count(own.rows);
    await alter(change);
    await own.produce(0, events(10));
    const hold = await heldBy(pipeline);
    expect(hold.detail).toContain(why);
    expect(hold.detail).toMatch(/last changed at 20\d\d-/);
    expect(await own.count(own.rows)).toBe(before);
    expect(await own.count(own.letters)).toBe(0);
    await world.sql(`${statementIn(hold.detail)} SETTINGS mutations_sync = 2`);
    await resolve(pipeline, 'retry');
    await own.untilCount(own.rows, before + 10);
    const status = await caughtUp(pipeline, 20);
    expect(status).toMatchObject({ holds: [], notStored: [], decisions: [] });
    expect(status.guarantee).toEqual({ level: 'exactly-once' });
    expect(await own.count(`${own.rows} WHERE _offset >= 10 AND (${isWrong})`)).toBe(0);
  },
);

async function moved(pipeline: Pipeline, count: number): Promise<Pipeline> {
  await own.produce(0, events(count));
  return pipeline;
}

test('a person may continue without the column, and the decision stays in the status', async () => {
  const pipeline = await own.start({ guarantee: 'exactly-once' });
  await caughtUp(await moved(pipeline, 10), 10);
  await alter('DROP COLUMN source');
  await own.produce(0, events(10));
  await heldBy(pipeline);
  await resolve(pipeline, 'continue');
  await own.untilCount(own.rows, 20);
  const status = await caughtUp(pipeline, 20);
  expect(status.settings?.guarantee).toBe('report');
  expect(status.guarantee?.level).toBe('at-least-once');
  expect(status.notStored).toMatchObject([{ column: 'source', optional: false }]);
  expect(status.decisions).toMatchObject([
    { what: `continue with ${own.rows} without source, with the guarantee at-least-once` },
  ]);
  // Later, with the statement that the status shows: new plans use the column, without a restart.
  await world.sql(statementIn(status.notStored[0]!.fix));
  await own.produce(0, events(10));
  await own.untilCount(own.rows, 30);
  await said(pipeline, 'it is stored again', ({ notStored }) => notStored.length === 0);
  await own.produce(0, events(10));
  await own.untilCount(`${own.rows} WHERE _offset >= 30 AND source = 's'`, 10);
});

test('an added column and a wider type cause no hold', async () => {
  const pipeline = await own.start();
  await caughtUp(await moved(pipeline, 10), 10);
  await alter(
    "ADD COLUMN more String DEFAULT 'x', MODIFY COLUMN source LowCardinality(String), MODIFY COLUMN _epoch UInt64, MODIFY COLUMN payload String CODEC(ZSTD(3))",
  );
  await own.produce(0, events(10));
  await own.untilCount(`${own.rows} WHERE source = 's' AND more = 'x'`, 20);
  expect(await caughtUp(pipeline, 20)).toMatchObject({ holds: [], notStored: [] });
});

test('printed statements take effect in the running pipeline, even while no records arrive', async () => {
  await world.sql(
    `CREATE TABLE ${own.rows} (event_id String, event_type String, timestamp DateTime, source String) ENGINE = MergeTree ORDER BY event_id`,
  );
  const pipeline = await own.start();
  await own.produce(0, events(10));
  await own.untilCount(own.rows, 10);
  const first = await said(
    pipeline,
    'it says what is missing',
    (each) => each.notStored.length > 0,
  );
  const statements = [
    ...(first.guarantee?.level === 'at-least-once' ? first.guarantee.why : []),
    ...first.notStored.map(({ fix }) => fix),
    ...first.warnings,
  ]
    .filter((text) => text.includes('ALTER TABLE'))
    .map(statementIn);
  // A column that every event has is among the reasons and in the list.
  for (const statement of new Set(statements)) await world.sql(statement);
  const status = await said(
    pipeline,
    'it promises exactly-once',
    ({ guarantee }) => guarantee?.level === 'exactly-once',
  );
  expect(status).toMatchObject({ state: 'running', notStored: [], warnings: [] });
  await own.produce(0, events(10));
  await own.untilCount(`${own.rows} WHERE _offset >= 10 AND payload != '' AND metadata != ''`, 10);
  expect(await own.count(own.rows)).toBe(20);
});

test('a run that asked for exactly-once is held once the table can no longer carry it', async () => {
  const pipeline = await own.start({ guarantee: 'exactly-once' });
  await caughtUp(await moved(pipeline, 10), 10);
  await alter('MODIFY TTL timestamp + INTERVAL 10 YEAR');
  await own.produce(0, events(10));
  const hold = await heldBy(pipeline);
  expect(hold.detail).toContain('"guarantee":"exactly-once"');
  expect(hold.detail).toContain('deletes rows by TTL');
  await world.sql(statementIn(hold.detail));
  await resolve(pipeline, 'retry');
  await own.untilCount(own.rows, 20);
  expect((await caughtUp(pipeline, 20)).guarantee).toEqual({ level: 'exactly-once' });
});

test('`configure` describes the table and the targets of its views again', async () => {
  const target = `${own.rows}_copy`;
  const window = (inserts: number) => `non_replicated_deduplication_window = ${inserts}`;
  await world.sql(
    `CREATE TABLE ${target} (event_id String) ENGINE = MergeTree ORDER BY event_id SETTINGS ${window(10_000)}`,
  );
  const first = await own.start();
  await caughtUp(await moved(first, 10), 10);
  await world.sql(
    `CREATE MATERIALIZED VIEW ${own.rows}_view TO ${target} AS SELECT event_id FROM ${own.rows}`,
  );
  await own.produce(0, events(10));
  expect((await caughtUp(first, 20)).guarantee).toEqual({ level: 'exactly-once' });
  // No query before a batch shows this, and the table is described again only after minutes.
  await world.sql(`ALTER TABLE ${target} MODIFY SETTING ${window(0)}`);
  await own.produce(0, events(10));
  expect((await caughtUp(first, 30)).guarantee).toEqual({ level: 'exactly-once' });
  await first.handle.executeUpdate('configure', { args: [{ batch: { maxRows: 900 } }] });
  const { guarantee } = await said(
    first,
    'it is described again',
    (each) => each.guarantee?.level === 'at-least-once',
  );
  expect(JSON.stringify(guarantee)).toContain(target);
});
