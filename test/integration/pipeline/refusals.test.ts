// Promise: whatever ClickHouse refuses, every record becomes a row once, except that records which the table itself refuses
// become dead letters. Blocks are smaller only while ClickHouse requires it, and anything that waits for a person says so.
// Checked by making the real server refuse, with SQL and `verify` as judges. TEST_BAD_ROWS=100 rejects 100 rows of 200,000.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BatchLimitsInput } from '../../../src/domain/pipeline/settings.js';
import { type Proxy, startProxy } from '../../support/clickhouse-proxy.js';
import { openTopic, type OwnTopic } from '../../support/own-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { seededRandom } from '../../support/seeded-random.js';
import { stackAddresses } from '../../support/stack.js';
import { createTraces, findMarks } from '../../support/traces.js';
import { detailsPage } from '../../support/user-commands.js';
import { PATIENCE_MS, TEST_TIMEOUT_MS, waitUntil } from '../../support/wait-until.js';
import { anEvent } from '../../support/wider-decoder.js';

/** The profile of the worker's user, which can change between requests. */
const profile: Record<string, string> = {};

let proxy: Proxy;
let world: PipelineWorld;
let own: OwnTopic;

beforeAll(async () => {
  proxy = await startProxy(stackAddresses().clickHouse, { profile });
  const CLICKHOUSE_PORT = new URL(proxy.url).port;
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2', CLICKHOUSE_PORT } });
  await world.startWorker();
});

beforeEach(async () => {
  own = await openTopic(world, 2);
});

afterAll(async () => {
  await world.close();
  await proxy.close();
});

const BAD_ROWS = Number(process.env['TEST_BAD_ROWS'] ?? 10);
const LAST_SECOND = 2 ** 32 - 1;
const { random } = seededRandom();
const anyTime = () => new Date(Math.floor(random() * (LAST_SECOND + 1)) * 1_000).toISOString();
const atAnyTime = (count: number) =>
  Array.from({ length: count }, () => anEvent({ timestamp: anyTime() }));

/** The state of the run as a person sees it. */
const page = ({ handle }: Pipeline) => detailsPage(handle.workflowId, world.addresses.temporal);
const SMALLER = 'Its blocks are smaller than the settings allow';

/** A pipeline that waits with all new records until it is resumed, so that its table can be prepared. */
async function startPaused(batch: BatchLimitsInput = {}): Promise<Pipeline> {
  const pipeline = await own.start({ lanes: 1, batch });
  await pipeline.signal('pause', { reason: 'the table is prepared' });
  await waitUntil(async () => (await pipeline.status()).settings !== null, {
    what: 'the table is there',
  });
  return pipeline;
}

/** Waits until an attempt has failed with this text. */
async function failing({ handle }: Pipeline, words: RegExp): Promise<void> {
  let last = '';
  await waitUntil(
    async () => {
      const { raw } = await handle.describe();
      last = (raw.pendingActivities ?? []).map((each) => each.lastFailure?.message).join();
      return words.test(last);
    },
    { what: `an attempt fails with ${String(words)}` },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it says ${last}`);
  });
}

test('252 from the product: a topic with timestamps from 1970 to 2106 loads', async () => {
  const pipeline = await own.start();
  const values = [...atAnyTime(450), anEvent({ timestamp: '1970-01-01T00:00:00Z' })];
  await own.produce(0, values);
  await own.produce(1, [...atAnyTime(150), anEvent({ timestamp: '2106-02-07T06:28:15Z' })]);
  await own.untilCount(own.rows, 602);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
  expect(await own.verified()).toMatchObject({ verdict: 'complete', rows: 602 });
});

test('252 from the server: blocks shrink if the partition key cannot be computed', async () => {
  const pipeline = await startPaused();
  await world.sql(`DROP TABLE ${own.rows}`);
  await world.sql(
    `CREATE TABLE ${own.rows} (event_id String, event_type String, timestamp DateTime, payload String, source String, metadata String,
       _topic String, _epoch UInt32, _partition UInt32, _offset UInt64)
     ENGINE = MergeTree ORDER BY event_id PARTITION BY (toMonday(timestamp), event_type)`,
  );
  await pipeline.handle.terminate();
  const again = await own.start({ lanes: 1 }, `${own.names.topic}-again`);
  await own.produce(0, atAnyTime(800));
  await own.untilCount(own.rows, 800);
  expect(await page(again)).toMatch(/smaller than the settings allow.*Too many partitions/);
});

test('241: blocks shrink while memory is short, and grow again', async () => {
  const pipeline = await startPaused({ maxRows: 6_000, maxBytes: 16 * 2 ** 20 });
  const large = anEvent({ payload: { text: 'x'.repeat(2_000) } });
  await own.produce(0, new Array<string>(6_000).fill(large));
  profile['max_memory_usage'] = '8000000';
  await pipeline.signal('resume');
  await own.untilCount(own.rows, 6_000);
  expect(await page(pipeline)).toMatch(/smaller than the settings allow.*ClickHouse error 241/);
  delete profile['max_memory_usage'];
  await own.produceMany(150_000);
  await own.untilCount(own.rows, 156_000);
  await waitUntil(async () => !(await page(pipeline)).includes(SMALLER), {
    what: 'blocks are as large as before',
  });
  expect(await own.verified()).toMatchObject({ verdict: 'complete', rows: 156_000 });
});

test(
  `469: only ${BAD_ROWS} bad rows among ${BAD_ROWS * 2_000} are rejected, without any of their content`,
  async () => {
    const pipeline = await startPaused();
    await world.sql(
      `ALTER TABLE ${own.rows} ADD CONSTRAINT no_bad CHECK _partition != 0 OR _offset % 1000 != 700`,
    );
    await own.produceMany(BAD_ROWS * 2_000);
    const startedMs = Date.now();
    await pipeline.signal('resume');
    await waitUntil(async () => (await pipeline.status()).totals.deadLetters === BAD_ROWS, {
      timeoutMs: PATIENCE_MS + BAD_ROWS * 5_000,
      what: 'all bad rows are set aside',
    });
    await own.untilCount(own.rows, BAD_ROWS * 1_999);
    process.stdout.write(`${BAD_ROWS} bad rows set aside in ${Date.now() - startedMs} ms\n`);
    const letters = await world.sql<{ offset: number; error: string }>(
      `SELECT toUInt32(_offset) AS offset, error FROM ${own.letters} FINAL WHERE stage = 'insert' AND reason = 'refused_by_table' ORDER BY offset`,
    );
    expect(letters.map(({ offset }) => offset)).toEqual(
      Array.from({ length: BAD_ROWS }, (_, index) => index * 1_000 + 700),
    );
    expect(letters[0]?.error).toBe(
      `ClickHouse error 469 VIOLATED_CONSTRAINT: a row breaks constraint \`no_bad\` of ${own.rows}`,
    );
    await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
    expect(await own.verified()).toMatchObject({ verdict: 'complete', deadLetters: BAD_ROWS });
    const [row] = await world.sql<{ id: string }>(
      `SELECT JSONExtractString(value, 'event_id') AS id FROM ${own.letters} LIMIT 1`,
    );
    const traces = createTraces();
    await traces.addHistory(world.client, pipeline.handle.workflowId);
    traces.add('log', world.workers[0]?.log());
    expect(findMarks(traces.all(), [row?.id ?? ''])).toEqual([]);
  },
  TEST_TIMEOUT_MS + BAD_ROWS * 5_000,
);

test('a refusal without a row number: bisection finds the bad rows, and blocks return to their size', async () => {
  const pipeline = await startPaused();
  await world.sql(
    `ALTER TABLE ${own.rows} ADD COLUMN n UInt32 MATERIALIZED toUInt32(JSONExtractString(payload, 'n'))`,
  );
  const bad = new Set([17, 50]);
  const values = Array.from({ length: 64 }, (_, n) =>
    anEvent({ payload: { n: bad.has(n) ? 'many' : String(n) } }),
  );
  await own.produce(0, values);
  await pipeline.signal('resume');
  await own.untilCount(own.rows, 62);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
  expect(
    await world.sql(`SELECT toUInt32(_offset) AS offset FROM ${own.letters} ORDER BY offset`),
  ).toEqual([...bad].map((offset) => ({ offset })));
  expect(await page(pipeline)).not.toContain(SMALLER);
  expect(await own.verified()).toMatchObject({ verdict: 'complete', rows: 62, deadLetters: 2 });
});

test('a view that refuses gets the same block until it is fixed, and then agrees with its source', async () => {
  const pipeline = await startPaused();
  await world.sql(
    `CREATE TABLE ${own.rows}_seen (id String, CONSTRAINT no_five CHECK id != 'e5') ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 10000`,
  );
  await world.sql(
    `CREATE MATERIALIZED VIEW ${own.rows}_view TO ${own.rows}_seen AS SELECT event_id AS id FROM ${own.rows}`,
  );
  await own.produce(
    0,
    Array.from({ length: 500 }, (_, n) => anEvent({ event_id: `e${n}` })),
  );
  await pipeline.signal('resume');
  await failing(pipeline, /469 .*constraint `no_five` of .*_seen: while pushing to view .*_view/);
  // The other lane is not affected, and the table has what its view lacks.
  await own.untilCount(own.rows, 500);
  expect((await pipeline.status()).totals.rows).toBe(0);
  await world.sql(`ALTER TABLE ${own.rows}_seen DROP CONSTRAINT no_five`);
  await waitUntil(async () => (await pipeline.status()).totals.rows === 500, {
    what: 'the block is done',
  });
  expect(await own.count(own.rows)).toBe(500);
  const ids = await world.sql(
    `SELECT count() AS n, uniqExact(id) AS ids FROM ${own.rows}_seen SETTINGS output_format_json_quote_64bit_integers = 0`,
  );
  expect(ids).toEqual([{ n: 500, ids: 500 }]);
  expect(await own.count(own.letters)).toBe(0);
});

test('dead letters that cannot be written stop their lane, with errors in the log, and none is lost', async () => {
  const pipeline = await own.start({ lanes: 2 });
  await own.produce(0, [anEvent()]);
  await own.untilCount(own.rows, 1);
  await world.sql(`RENAME TABLE ${own.letters} TO ${own.letters}_away`);
  await own.produce(0, ['not JSON', anEvent()]);
  await failing(pipeline, /ClickHouse error 60 UNKNOWN_TABLE.*_dead_letters/);
  await own.produce(1, [anEvent()]);
  await own.untilCount(own.rows, 2);
  await waitUntil(async () => (await pipeline.status()).partitions[1]?.cursor === '1', {
    what: 'the other lane goes on',
  });
  expect((await pipeline.status()).partitions[0]).toMatchObject({ cursor: '1', end: '3' });
  await world.sql(`RENAME TABLE ${own.letters}_away TO ${own.letters}`);
  await own.untilCount(own.rows, 3);
  expect(await own.count(own.letters)).toBe(1);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
  expect(await own.verified()).toMatchObject({ verdict: 'complete', rows: 3, deadLetters: 1 });
});
