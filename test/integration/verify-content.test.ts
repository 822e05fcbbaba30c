// Promise: `verify` by content finds nothing wrong with an unchanged table, whatever its types, defaults, dead letters,
// duplicates and later columns, and names a changed value by offset and column, without quoting it. Checked on real servers, for
// stream_events and for contract `table`. The test's own statements are the oracle.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { VerifyInput, VerifyReport } from '../../src/domain/verify/public-types.js';
import { createTopic, sendInTurn, uniqueName } from '../support/kafka-topic.js';
import { failureOf, redriven, startWorkflow, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { createTraces, findMarks } from '../support/traces.js';
import { createOrders, LINEAGE, ORDER_COLUMNS, orderText } from './contracts/orders.js';

const PARTITIONS = 2;

let world: PipelineWorld;

beforeAll(async () => {
  world = await openWorld({ partitions: PARTITIONS });
  await world.startWorker();
});

afterAll(() => world.close());

const send = (topic: string, values: readonly string[]) =>
  sendInTurn(world.addresses.kafka, topic, { partitions: PARTITIONS, values });

const difference = (partition: number, offset: number, column: string) => ({
  ...{ partition, offset: String(offset), column },
});

async function mutated(table: string, set: string, where: string): Promise<void> {
  await world.sql(`ALTER TABLE ${table} UPDATE ${set} WHERE ${where} SETTINGS mutations_sync = 2`);
}

describe('contract table', () => {
  /** In addition to those of orders. */
  const MORE = [
    'attributes JSON',
    // Unlike the one before, it is sent flattened.
    'context JSON',
    'counts Map(LowCardinality(String), Array(Nullable(UInt64)))',
    'address Nullable(IPv6)',
    'huge UInt256',
    'ratio Float64',
    'day Date32',
    'code FixedString(4)',
    'lines Nested(sku LowCardinality(String), qty Decimal(9, 3))',
    'loaded DateTime DEFAULT now()',
    "seen DateTime64(3, 'UTC') DEFAULT 0",
  ] as const;
  let topic: string;
  let table: string;

  const more = (index: number) => ({
    attributes: `{"z":${index},"a":{"list":[1,"x",null],"day":"2026-01-0${1 + (index % 9)}"}}`,
    context: `{"user":{"id":"u${index}"},"at":"2026-01-02T03:04:05.678+02:00","n":${index}}`,
    counts: `{"b":[${index},null],"a":[]}`,
    address: index % 4 === 0 ? undefined : '"2001:DB8::1"',
    huge: '115792089237316195423570985008687907853269984665640564039457584007913129639935',
    ratio: `${index}.1e-3`,
    day: '"1931-05-07"',
    code: '"ab"',
    lines: `[{"sku":"s${index}","qty":1.125},{"sku":"","qty":"${index}"}]`,
  });
  const record = (index: number, changes: Readonly<Record<string, string | undefined>> = {}) =>
    orderText(index, { ...more(index), ...changes });
  const of = () => ({ contract: 'table', topic, table, groupId: topic });
  const byContent = (input: VerifyInput = {}): Promise<VerifyReport> =>
    verified(world, { ...of(), compare: 'content', ...input });
  const ingested = async () => {
    const input = { ...of(), until: 'now' } as const;
    await (await world.startPipeline(input, uniqueName('content'))).result();
  };

  beforeEach(async () => {
    topic = await createTopic(world.addresses.kafka, { partitions: PARTITIONS });
    table = `${world.database}.orders_${topic.replaceAll('-', '_')}`;
    await world.sql(createOrders(table, [...ORDER_COLUMNS, ...MORE, ...LINEAGE]));
  });

  test('nothing differs in a table with many types, nulls, defaults, dead letters and duplicates', async () => {
    await send(topic, [
      ...Array.from({ length: 2_000 }, (_, index) => record(index)),
      ...[record(2_000, { id: '1.5' }), record(2_001, { amount: '12.345' }), '{"id": '],
      ...Array.from({ length: 200 }, (_, index) => record(2_010 + index)),
    ]);
    await ingested();
    const report = await byContent();
    expect(report).toMatchObject({
      ...{ verdict: 'complete', records: 2_203, rows: 2_200, deadLetters: 3 },
      content: {
        uncompared: [{ column: 'created_day', why: 'it is MATERIALIZED' }],
        sample: null,
        ...{ rows: 2_200, uncomparedRows: 0, differingRows: 0 },
        differences: { total: 0, first: [] },
        predating: { total: 0, first: [] },
      },
    });
    expect(report.content?.columns).toEqual(
      expect.arrayContaining([
        'id',
        'items',
        'shop',
        'channel',
        'attributes',
        'context',
        'lines.qty',
        'loaded',
      ]),
    );
    await world.sql(
      `INSERT INTO ${table} SELECT * FROM ${table} WHERE _partition = 1 AND _offset IN (5, 7) SETTINGS insert_deduplicate = 0`,
    );
    expect(await byContent()).toMatchObject({
      ...{ verdict: 'doubled', doubled: 2 },
      content: { rows: 2_200, differences: { total: 0 } },
    });
    // Dead letters that become rows later, under the current contract, are compared like all others.
    await world.sql(`ALTER TABLE ${table} MODIFY COLUMN amount Decimal(18, 3)`);
    await redriven(world, {
      ...{ contract: 'table', topic, table, dryRun: false, reasons: ['too_precise'] },
    });
    expect(await byContent()).toMatchObject({
      ...{ verdict: 'doubled', rows: 2_203 },
      content: { rows: 2_201, uncomparedRows: 0, differences: { total: 0 } },
    });
  });

  test('every changed value is named by offset and column, and none is quoted', async () => {
    await send(
      topic,
      Array.from({ length: 1_000 }, (_, index) => record(index)),
    );
    await ingested();
    const at = (partition: number, offset: number) =>
      `_partition = ${partition} AND _offset = ${offset}`;
    await mutated(table, 'amount = amount + toDecimal64(0.01, 2)', at(0, 7));
    await mutated(table, 'note = NULL', at(0, 8));
    await mutated(table, "tags = arrayConcat(tags, ['secret-value'])", at(1, 0));
    await mutated(table, 'attributes = \'{"z":"secret-value"}\'', at(1, 499));
    await mutated(table, "labels = map('region', 'secret-value')", at(1, 300));
    await mutated(table, "channel = 'secret-value', ratio = -ratio", at(1, 301));
    // Filled by the server, so the expected value is unknown.
    await mutated(table, 'loaded = toDateTime(1)', at(1, 302));
    const handle = await startWorkflow(world, 'verify', { ...of(), compare: 'content' });
    const report = (await handle.result()) as VerifyReport;
    expect(report).toMatchObject({
      ...{ verdict: 'different', lost: 0, doubled: 0 },
      content: {
        ...{ rows: 1_000, differingRows: 6 },
        differences: {
          total: 7,
          first: [
            difference(0, 7, 'amount'),
            difference(0, 8, 'note'),
            difference(1, 0, 'tags'),
            difference(1, 300, 'labels'),
            difference(1, 301, 'channel'),
            difference(1, 301, 'ratio'),
            difference(1, 499, 'attributes'),
          ],
        },
      },
    });
    expect(report.notes.join('\n')).toContain(
      '6 rows have values that differ from what the contract makes',
    );
    const traces = createTraces();
    traces.add('report', report);
    await traces.addHistory(world.client, handle.workflowId);
    await traces.look(handle);
    for (const worker of world.workers) traces.add('log', worker.log());
    // Of the stored rows, and of the records.
    expect(findMarks(traces.all(), ['secret-value', 'note 17', '2001:db8'])).toEqual([]);
    expect(findMarks(traces.all(), ['attributes'])).not.toEqual([]);
    const sampled = await byContent({ sample: 100 });
    expect(sampled.content).toMatchObject({ sample: 100, rows: 200 });
    await world.sql(
      `ALTER TABLE ${table} DELETE WHERE _partition = 0 AND _offset = 3 SETTINGS mutations_sync = 2`,
    );
    expect(await byContent()).toMatchObject({
      ...{ verdict: 'lost-and-different', lost: 1 },
      content: { rows: 999, differences: { total: 7 } },
    });
  });

  test('rows older than a column are not reported as different, and a later one is', async () => {
    const fine = (index: number) => `"2026-01-01T00:00:00.${String(100_001 + index)}Z"`;
    const extra = (index: number, changes: Readonly<Record<string, string>> = {}) =>
      record(index, { extra: `"e${index}"`, level: '3', seen: fine(index), ...changes });
    const tooLarge = extra(0, { items: '[{"sku": "a", "qty": 300}]' });
    await send(topic, [tooLarge, ...Array.from({ length: 199 }, (_, index) => extra(1 + index))]);
    await ingested();
    await world.sql(
      `ALTER TABLE ${table} ADD COLUMN extra String, ADD COLUMN level UInt8 DEFAULT 1, MODIFY COLUMN seen DateTime64(6, 'UTC') DEFAULT 0, MODIFY COLUMN items Array(Tuple(sku String, qty UInt64))`,
    );
    await send(
      topic,
      Array.from({ length: 200 }, (_, index) => extra(200 + index)),
    );
    await ingested();
    // Its row is newer than those behind it and has values in the new columns, so it proves nothing about them.
    const letter = { contract: 'table', topic, table, dryRun: false } as const;
    expect(await redriven(world, letter)).toMatchObject({ chosen: 1, rejected: 0 });
    const report = await byContent();
    expect(report).toMatchObject({
      ...{ verdict: 'unknown', rows: 400 },
      content: {
        ...{ rows: 400, differingRows: 0, differences: { total: 0 }, predating: { total: 597 } },
      },
    });
    const first = ['extra', 'level', 'seen'];
    expect(
      report.content?.predating.first
        .slice(0, 3)
        .map(({ column }) => column)
        .toSorted(),
    ).toEqual(first);
    expect(report.notes.join('\n')).toContain(
      'The column may have been added, or its type changed, after these rows',
    );
    await mutated(table, "extra = ''", '_partition = 1 AND _offset = 150');
    await mutated(table, 'seen = toDateTime64(seen, 3)', '_partition = 1 AND _offset = 160');
    expect(await byContent()).toMatchObject({
      verdict: 'different',
      content: {
        differences: {
          total: 2,
          first: [difference(1, 150, 'extra'), difference(1, 160, 'seen')],
        },
      },
    });
  });
});

describe('stream_events', () => {
  test('a changed payload is named, different ids are other events, and the rest is equal', async () => {
    await world.produce(20_000);
    await send(world.topic, ['{"event_id":1}', 'no JSON']);
    await (await world.startPipeline({ until: 'now' })).result();
    const table = `${world.database}.${world.table}`;
    const whole = await verified(world, { compare: 'content' });
    expect(whole).toMatchObject({
      ...{ verdict: 'complete', rows: 20_000, deadLetters: 2 },
      content: {
        columns: ['event_id', 'event_type', 'timestamp', 'payload', 'source', 'metadata'],
        uncompared: [{ column: 'processed_at', why: 'the server fills it with its DEFAULT' }],
        ...{ rows: 20_000, differingRows: 0, differences: { total: 0 }, predating: { total: 0 } },
      },
    });
    await mutated(table, 'payload = \'{"secret":1}\'', '_partition = 1 AND _offset = 4321');
    expect(await verified(world, { compare: 'content' })).toMatchObject({
      verdict: 'different',
      content: { differences: { total: 1, first: [difference(1, 4_321, 'payload')] } },
    });
    // Offsets alone show nothing of it.
    expect(await verified(world)).toMatchObject({ verdict: 'complete' });
    const some = '_partition = 0 AND _offset = 1234';
    await world.sql(
      `INSERT INTO ${table} SELECT * REPLACE (concat('other ', event_id) AS event_id) FROM ${table} WHERE ${some}`,
    );
    await world.sql(
      `ALTER TABLE ${table} DELETE WHERE ${some} AND NOT startsWith(event_id, 'other ') SETTINGS mutations_sync = 2`,
    );
    expect(await verified(world, { compare: 'content' })).toMatchObject({
      ...{ verdict: 'lost-and-different', lost: 1, otherEvents: 1 },
      content: {
        differences: {
          total: 2,
          first: [difference(0, 1_234, 'event_id'), difference(1, 4_321, 'payload')],
        },
      },
    });
  });

  test('content that cannot be compared is refused with advice', async () => {
    const failure = async (input: object) =>
      failureOf((await startWorkflow(world, 'verify', input)).result());
    const table = `${world.database}.plain`;
    await world.sql(`CREATE TABLE ${table} (event_id String, payload String) ORDER BY event_id`);
    const why = await failure({ table, compare: 'content' });
    expect(why).toContain(`${table} has no lineage columns`);
    expect(await failure({ sample: 10 })).toContain('give "compare":"content" as well');
    expect(await failure({ compare: 'values' })).toContain('compare');
  });
});
