// Promise: a record that the table itself refuses becomes a dead letter and the others become rows, whatever the number of the
// error. What cannot be isolated is a hold with the name of the error and commands that end it. Checked by making the real
// server refuse in all the ways that a table has, with SQL and `verify` as judges.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnTopic, openTopic } from '../../support/own-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import { anEvent } from '../../support/wider-decoder.js';

let world: PipelineWorld;

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
  await world.startWorker();
});

afterAll(async () => {
  await world.close();
});

/** A pipeline that waits with all new records until it is resumed, so that its table can be changed. */
async function startPaused(own: OwnTopic): Promise<Pipeline> {
  const pipeline = await own.start({ lanes: 1 });
  await pipeline.signal('pause', { reason: 'the table is changed' });
  await waitUntil(async () => (await pipeline.status()).settings !== null, {
    what: 'the table is there',
  });
  return pipeline;
}

const ID = '61f0c404-5cb3-11e7-907b-a6006ad3dba0';
/** The type of the event says for which column it is invalid. */
const value = (kind = 'good') => anEvent({ event_type: kind });
const throwsFor = (kind: string) => `throwIf(event_type = '${kind}')`;

/** All the ways in which a table can refuse a row, and the error of ClickHouse 26.7. */
const WAYS = [
  {
    kind: 'uuid',
    alter: `ADD COLUMN a UUID MATERIALIZED toUUID(if(event_type = 'uuid', 'none', '${ID}'))`,
    error: 'ClickHouse error 376 CANNOT_PARSE_UUID',
  },
  {
    kind: 'enum',
    alter: `ADD COLUMN b Enum8('good' = 1) MATERIALIZED if(event_type = 'enum', 'none', 'good')`,
    error: 'ClickHouse error 691 UNKNOWN_ELEMENT_OF_ENUM',
  },
  {
    kind: 'default',
    alter: `ADD COLUMN c UInt8 DEFAULT ${throwsFor('default')}`,
    error: 'ClickHouse error 395 FUNCTION_THROW_IF_VALUE_IS_NON_ZERO',
  },
  {
    // With an error number that altered columns also cause.
    kind: 'long',
    alter: `ADD COLUMN d FixedString(4) MATERIALIZED toFixedString(if(event_type = 'long', 'too long', 'good'), 4)`,
    error: 'ClickHouse error 131 TOO_LARGE_STRING_SIZE',
  },
  {
    kind: 'ttl',
    alter: `ADD COLUMN e UInt8 DEFAULT 0 TTL timestamp + toIntervalYear(100 + ${throwsFor('ttl')})`,
    error: 'ClickHouse error 395 FUNCTION_THROW_IF_VALUE_IS_NON_ZERO',
  },
  {
    kind: 'projection',
    alter: `ADD PROJECTION p (SELECT ${throwsFor('projection')}, count() GROUP BY ${throwsFor('projection')})`,
    error: 'ClickHouse error 395 FUNCTION_THROW_IF_VALUE_IS_NON_ZERO',
  },
  {
    kind: 'index',
    alter: `ADD INDEX i (${throwsFor('index')}) TYPE minmax`,
    error: 'ClickHouse error 395 FUNCTION_THROW_IF_VALUE_IS_NON_ZERO',
  },
];

test('only the records at fault become dead letters, however the table refuses them', async () => {
  const own = await openTopic(world, 2);
  const pipeline = await startPaused(own);
  for (const { alter } of WAYS) await world.sql(`ALTER TABLE ${own.rows} ${alter}`);
  const good = 150;
  const kinds = new Array<string>(good).fill('good');
  const letters = WAYS.map(({ kind, error }, index) => {
    const offset = 20 * index;
    kinds.splice(offset, 0, kind);
    return { p: 0, n: offset, stage: 'insert', reason: 'refused_by_table', error };
  });
  await own.produce(0, kinds.map(value));
  await own.produce(1, [value()]);
  await pipeline.signal('resume');
  await own.untilCount(own.rows, good + 1);
  await own.untilCount(`${own.letters} FINAL`, WAYS.length);
  expect(
    await world.sql(
      `SELECT _partition AS p, toUInt32(_offset) AS n, stage, reason, error FROM ${own.letters} FINAL ORDER BY n`,
    ),
  ).toEqual(letters);
  await untilDecided(pipeline);
  expect(await own.verified()).toMatchObject({
    ...{ verdict: 'complete', rows: good + 1, deadLetters: WAYS.length },
  });
});

async function untilDecided(pipeline: Pipeline): Promise<void> {
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'all is decided' });
}

/** Waits until the partitions are held, and returns their holds. */
async function untilHeld(pipeline: Pipeline, partitions: number) {
  await waitUntil(async () => (await pipeline.status()).holds.length === partitions, {
    what: `${partitions} partitions are held`,
  });
  return (await pipeline.status()).holds;
}

const resolveHold = (pipeline: Pipeline, input: unknown) =>
  pipeline.handle.executeUpdate('resolveHold', { args: [input] });

test.concurrent(
  'a single record that is refused becomes a dead letter, and those after it become rows',
  async () => {
    const own = await openTopic(world, 1);
    const pipeline = await startPaused(own);
    await world.sql(`ALTER TABLE ${own.rows} ADD COLUMN u UInt8 MATERIALIZED ${throwsFor('bad')}`);
    await own.produce(0, [value('bad')]);
    await pipeline.signal('resume');
    await own.untilCount(`${own.letters} FINAL`, 1);
    await own.produce(0, [value()]);
    await own.untilCount(own.rows, 1);
  },
);

test.concurrent(
  'a table that refuses every row causes a hold without dead letters, and all become rows once it is fixed',
  async () => {
    const own = await openTopic(world, 1);
    const pipeline = await startPaused(own);
    await world.sql(
      `ALTER TABLE ${own.rows} ADD COLUMN u UInt8 MATERIALIZED throwIf(_offset >= 0)`,
    );
    await own.produce(0, new Array<string>(300).fill(value()));
    await pipeline.signal('resume');
    const [hold] = await untilHeld(pipeline, 1);
    expect(hold).toMatchObject({
      reason: 'TableRefuses',
      range: { partition: 0, first: '0', end: '300' },
      detail: expect.stringMatching(
        /ended with ClickHouse error 395 FUNCTION_THROW_IF_VALUE_IS_NON_ZERO\. .*the table is at fault/,
      ) as string,
    });
    expect(await own.count(own.rows)).toBe(0);
    expect(await own.count(own.letters)).toBe(0);
    await world.sql(`ALTER TABLE ${own.rows} DROP COLUMN u`);
    await resolveHold(pipeline, { partition: 0, action: 'retry' });
    await own.untilCount(own.rows, 300);
    expect(await own.verified()).toMatchObject({ verdict: 'complete', rows: 300, deadLetters: 0 });
  },
);

test.concurrent(
  'after `continue`, refused records become dead letters and the rest become rows',
  async () => {
    const own = await openTopic(world, 1);
    const pipeline = await startPaused(own);
    await world.sql(
      `ALTER TABLE ${own.rows} ADD COLUMN u UInt8 MATERIALIZED throwIf(_offset < 20 OR _offset = 90)`,
    );
    await own.produce(0, new Array<string>(100).fill(value()));
    await pipeline.signal('resume');
    await untilHeld(pipeline, 1);
    await resolveHold(pipeline, { partition: 0, action: 'continue' });
    await own.untilCount(own.rows, 79);
    await own.untilCount(`${own.letters} FINAL`, 21);
    await waitUntil(async () => (await pipeline.status()).lag === 0, {
      what: 'all is decided',
    });
    expect(await own.verified()).toMatchObject({ verdict: 'complete', rows: 79, deadLetters: 21 });
  },
);

test.concurrent('a dictionary that is temporarily unavailable makes no dead letters', async () => {
  const own = await openTopic(world, 1);
  const pipeline = await startPaused(own);
  const names = `${own.rows}_names`;
  await world.sql(
    `CREATE TABLE ${names}_source (k UInt64, v String) ENGINE = MergeTree ORDER BY k`,
  );
  await world.sql(
    `CREATE DICTIONARY ${names} (k UInt64, v String) PRIMARY KEY k SOURCE(CLICKHOUSE(QUERY 'SELECT k, v FROM ${names}_source')) LAYOUT(DIRECT())`,
  );
  await world.sql(
    `ALTER TABLE ${own.rows} ADD COLUMN d String MATERIALIZED dictGet('${names}', 'v', _offset)`,
  );
  await world.sql(`DETACH DICTIONARY ${names}`);
  await own.produce(0, new Array<string>(5).fill(value()));
  await pipeline.signal('resume');
  await waitUntil(
    async () => {
      const { raw } = await pipeline.handle.describe();
      return (raw.pendingActivities ?? []).some(({ attempt }) => Number(attempt) > 4);
    },
    { what: 'some attempts have failed' },
  );
  expect(await own.count(own.letters)).toBe(0);
  await world.sql(`ATTACH DICTIONARY ${names}`);
  await waitUntil(async () => (await pipeline.status()).totals.rows === 5, {
    what: 'all are rows',
  });
  expect(await own.count(own.letters)).toBe(0);
});

test.concurrent(
  'a view that keeps refusing holds the whole batch, and agrees with the table once it is fixed',
  async () => {
    const own = await openTopic(world, 2);
    const pipeline = await startPaused(own);
    const view = `${own.rows}_view`;
    const select = `SELECT event_id AS id, throwIf(event_type = 'bad') AS t FROM ${own.rows}`;
    await world.sql(
      `CREATE MATERIALIZED VIEW ${view} ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 10000 AS ${select}`,
    );
    await own.produce(0, [value(), value('bad'), value()]);
    await own.produce(1, [value(), value()]);
    await pipeline.signal('resume');
    const holds = await untilHeld(pipeline, 2);
    expect(holds.map(({ reason, view: by }) => ({ reason, by }))).toEqual(
      new Array(2).fill({ reason: 'TableRefuses', by: view }),
    );
    expect(await own.count(own.rows)).toBe(5);
    await world.sql(
      `ALTER TABLE ${view} MODIFY QUERY SELECT event_id AS id, 0 AS t FROM ${own.rows}`,
    );
    await resolveHold(pipeline, { partition: 1, action: 'retry' });
    await waitUntil(async () => (await pipeline.status()).totals.rows === 5, {
      what: 'the batch is done',
    });
    expect(await own.count(own.rows)).toBe(5);
    expect(await own.count(view)).toBe(5);
    expect((await pipeline.status()).holds).toEqual([]);
  },
);
