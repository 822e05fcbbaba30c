// Promise: a dead letter keeps its record byte for byte, once, and every later attempt finds it. Checked by reading the table
// itself with FINAL, after repeats, replacements and skipped ranges.
import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeadLetter } from '../../../src/domain/blocks/block.js';
import { letterAt, letterOptions } from '../../support/clickhouse-blocks.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { aLog } from '../../support/pipeline-builders.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await openSharedDatabase();
});

afterAll(async () => {
  await database.close();
});

async function made(name: string) {
  const table = database.table(name);
  await database.clickhouse.tables.prepare(table, { lanes: 1, durability: 'server' });
  return table;
}

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

test('bytes, nulls, empty values, order and repeats survive', async () => {
  const table = await made('bytes');
  const { deadLetters } = database.clickhouse;
  const letters: readonly DeadLetter[] = [
    letterAt(1, {
      key: ALL_BYTES,
      value: Buffer.concat(Array.from({ length: 1_000 }, () => ALL_BYTES)),
      headers: [
        { key: 'b', value: ALL_BYTES },
        { key: 'a', value: null },
        { key: 'b', value: Buffer.alloc(0) },
        { key: 'ж', value: Buffer.from('x') },
      ],
    }),
    letterAt(2, { key: Buffer.alloc(0), value: null, reason: 'null_value' }),
    letterAt(2 ** 53 - 2, { key: null, value: Buffer.alloc(0), timestamp: -1, epoch: 4 }),
  ];
  await deadLetters.insert(table, aLog('topic'), letters, letterOptions('T/d'));
  const rows = await database.rows<Record<string, unknown>>(
    `SELECT toString(_offset) AS offset, toString(_end) AS end, _epoch AS epoch,
       toString(toUnixTimestamp64Milli(_timestamp)) AS timestamp, hex(_key) AS key, hex(value) AS value,
       isNull(_key) AS no_key, isNull(value) AS no_value,
       arrayMap(h -> (h.1, h.2 IS NULL, hex(h.2)), _headers) AS headers, reason, batch, status
     FROM ${database.name}.bytes_dead_letters FINAL ORDER BY _offset`,
  );
  const hex = ALL_BYTES.toString('hex').toUpperCase();
  expect(rows).toMatchObject([
    {
      offset: '1',
      end: '2',
      key: hex,
      value: hex.repeat(1_000),
      timestamp: '1700000000123',
      headers: [
        ['b', 0, hex],
        ['a', 1, null],
        ['b', 0, ''],
        ['ж', 0, '78'],
      ],
      batch: 'stream-events/1',
      status: 'open',
    },
    { offset: '2', key: '', value: null, no_key: 0, no_value: 1, headers: [] },
    { offset: String(2 ** 53 - 2), no_key: 1, value: '', timestamp: '-1', epoch: 4 },
  ]);
});

test('a repeated dead letter writes nothing, and a later status replaces the earlier one', async () => {
  const table = await made('repeats');
  const { deadLetters } = database.clickhouse;
  const letters = [letterAt(1), letterAt(2)];
  const raw = () =>
    database.rows(`SELECT count() AS rows FROM ${database.name}.repeats_dead_letters`);
  await deadLetters.insert(table, aLog('topic'), letters, letterOptions('T/d'));
  await deadLetters.insert(table, aLog('topic'), letters, letterOptions('T/d'));
  expect(await raw()).toEqual([{ rows: 2 }]);
  await deadLetters.insert(
    table,
    aLog('topic'),
    [letterAt(2, { error: 'later' })],
    letterOptions('U/d'),
  );
  expect(
    await database.rows(
      `SELECT toString(_offset) AS offset, error FROM ${database.name}.repeats_dead_letters FINAL ORDER BY _offset`,
    ),
  ).toEqual([
    { offset: '1', error: 'is no JSON' },
    { offset: '2', error: 'later' },
  ]);
});

test('dead letters are found within their spans, whatever their status', async () => {
  const table = await made('known');
  const { deadLetters } = database.clickhouse;
  const letters = [
    letterAt(1),
    letterAt(5, { reason: 'missing_field' }),
    letterAt(5, { partition: 1 }),
    letterAt(6, { epoch: 1 }),
    letterAt(9),
  ];
  await deadLetters.insert(table, aLog('topic'), letters, letterOptions('T/d'));
  await deadLetters.insert(table, aLog('other'), [letterAt(7)], letterOptions('O/d'));
  await database.sql(
    `INSERT INTO ${database.name}.known_dead_letters SELECT * REPLACE ('redriven' AS status, now64(3) AS at) FROM ${database.name}.known_dead_letters FINAL WHERE _offset = 1`,
  );
  const spans = [
    { partition: 0, epoch: 0, first: 0, end: 9 },
    { partition: 1, epoch: 0, first: 5, end: 6 },
    { partition: 2, epoch: 0, first: 0, end: 100 },
  ];
  expect(await deadLetters.known(table, aLog('topic'), spans)).toEqual([
    { partition: 0, offset: 1, reason: 'invalid_json' },
    { partition: 0, offset: 5, reason: 'missing_field' },
    { partition: 1, offset: 5, reason: 'invalid_json' },
  ]);
  expect(await deadLetters.known(table, aLog('topic'), [])).toEqual([]);
});

test('a skipped range is one dead letter that counts every offset and replaces no other dead letter', async () => {
  const table = await made('skips');
  const { deadLetters } = database.clickhouse;
  await deadLetters.insert(table, aLog('topic'), [letterAt(100)], letterOptions('T/d'));
  const skip = { partition: 0, epoch: 0, first: 100, end: 1_000_100, why: 'told to' };
  await deadLetters.insertSkip(table, aLog('topic'), skip, letterOptions('S/d'));
  await deadLetters.insertSkip(table, aLog('topic'), skip, letterOptions('S/d'));
  expect(
    await database.rows(
      `SELECT stage, reason, error, toString(sum(_end - _offset)) AS offsets FROM ${database.name}.skips_dead_letters FINAL GROUP BY ALL ORDER BY stage`,
    ),
  ).toEqual([
    { stage: 'decode', reason: 'invalid_json', error: 'is no JSON', offsets: '1' },
    { stage: 'skip', reason: 'skipped', error: 'told to', offsets: '1000000' },
  ]);
  const known = (first: number, end: number) =>
    deadLetters.known(table, aLog('topic'), [{ partition: 0, epoch: 0, first, end }]);
  expect(await known(99, 103)).toEqual([
    { partition: 0, offset: 100, reason: 'invalid_json' },
    { partition: 0, offset: 101, reason: 'skipped' },
    { partition: 0, offset: 102, reason: 'skipped' },
  ]);
  expect(await known(1_000_099, 1_000_110)).toEqual([
    { partition: 0, offset: 1_000_099, reason: 'skipped' },
  ]);
  expect(await known(1_000_100, 1_000_110)).toEqual([]);
});

test('thousands of dead letters in thousands of spans are written and read', async () => {
  const table = await made('many');
  const { deadLetters } = database.clickhouse;
  const letters = Array.from({ length: 5_000 }, (_, index) => letterAt(index * 2));
  await deadLetters.insert(table, aLog('topic'), letters, letterOptions('T/d'));
  const spans = letters.map(({ offset }) => ({
    partition: 0,
    epoch: 0,
    first: offset,
    end: offset + 1,
  }));
  expect(await deadLetters.known(table, aLog('topic'), spans)).toHaveLength(5_000);
});

/** Forms of a dead letter table that an older release created or its owner changed. */
const OTHER_COLUMNS = {
  old: 'DROP COLUMN contract, DROP COLUMN schema',
  half: 'DROP COLUMN schema',
  plain: 'MODIFY COLUMN contract String, MODIFY COLUMN schema Nullable(String)',
  materialized:
    "DROP COLUMN contract, ADD COLUMN contract String MATERIALIZED 'mine', MODIFY COLUMN schema UInt32",
};

async function alteredTo(kind: keyof typeof OTHER_COLUMNS, name: string = kind) {
  const table = await made(name);
  await database.sql(`ALTER TABLE ${database.name}.${name}_dead_letters ${OTHER_COLUMNS[kind]}`);
  return table;
}

const stored = (name: string, columns: string) =>
  database.rows(
    `SELECT toString(_offset) AS offset, ${columns} FROM ${database.name}.${name}_dead_letters FINAL ORDER BY _offset`,
  );

test('a dead letter names the contract that rejected it and the schema that its record was written with', async () => {
  const table = await made('contracts');
  const { deadLetters } = database.clickhouse;
  const options = { ...letterOptions('T/d'), contract: 'orders' };
  const letters = [letterAt(1), letterAt(2, { schema: '70001' })];
  await deadLetters.insert(table, aLog('topic'), letters, options);
  const skip = { partition: 0, epoch: 0, first: 3, end: 5, why: 'told to' };
  await deadLetters.insertSkip(table, aLog('topic'), skip, letterOptions('S/d'));
  expect(await stored('contracts', 'contract, schema')).toEqual([
    { offset: '1', contract: 'orders', schema: '' },
    { offset: '2', contract: 'orders', schema: '70001' },
    // Records of a skip were never judged.
    { offset: '3', contract: '', schema: '' },
  ]);
});

test.each([
  ['old', "'none' AS contract", 'none'],
  ['half', 'contract', 'orders'],
  ['plain', 'contract', 'orders'],
  ['materialized', 'contract', 'mine'],
] as const)(
  'a table of kind %s gets the fields of its columns',
  async (kind, columns, contract) => {
    const table = await alteredTo(kind);
    const options = { ...letterOptions('T/d'), contract: 'orders' };
    const letter = letterAt(1, { schema: '7' });
    await database.clickhouse.deadLetters.insert(table, aLog('topic'), [letter], options);
    expect(await stored(kind, columns)).toEqual([{ offset: '1', contract }]);
    if (kind === 'plain')
      expect(await stored(kind, 'schema')).toEqual([{ offset: '1', schema: '7' }]);
  },
);

test('a dead letter table without the columns is reported with one statement that adds them at once', async () => {
  const table = await alteredTo('old', 'told');
  const wishes = { lanes: 1, durability: 'server' } as const;
  const { warnings } = await database.clickhouse.tables.prepare(table, wishes);
  const statement = `ALTER TABLE ${database.name}.told_dead_letters ADD COLUMN contract LowCardinality(String), ADD COLUMN schema LowCardinality(String)`;
  expect(warnings.filter((text) => text.includes('dead_letters'))).toEqual([
    expect.stringMatching(/which contract rejected .* count as those of stream_events.*: ALTER/),
  ]);
  expect(warnings.join('\n')).toContain(statement);
  const insert = (offset: number) =>
    database.clickhouse.deadLetters.insert(
      table,
      aLog('topic'),
      [letterAt(offset, { schema: '7' })],
      { ...letterOptions(`T/${offset}`), contract: 'orders' },
    );
  await insert(10);
  await database.sql(statement);
  await insert(11);
  expect(await stored('told', 'contract, schema')).toEqual([
    { offset: '10', contract: '', schema: '' },
    { offset: '11', contract: 'orders', schema: '7' },
  ]);
  const after = await database.clickhouse.tables.prepare(table, wishes);
  expect(after.warnings.join('\n')).not.toContain('dead_letters');
});
