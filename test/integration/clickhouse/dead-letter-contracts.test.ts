// Promise: a redrive processes the dead letters of its own contract only and counts those of others, in tables of every age.
// Dead letters without a contract belong to stream_events. Checked on real tables, by what is selected, read, counted and closed
// for each contract.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LetterKey, LettersOf } from '../../../src/domain/redrive/open-letters.js';
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

const KINDS = {
  today: '',
  plain: 'MODIFY COLUMN contract String',
  nullable: 'MODIFY COLUMN contract Nullable(String)',
  old: 'DROP COLUMN contract, DROP COLUMN schema',
  materialized: "DROP COLUMN contract, ADD COLUMN contract String MATERIALIZED 'mine'",
  number: 'MODIFY COLUMN contract UInt8 DEFAULT 7',
};
type Kind = keyof typeof KINDS;

/** Offsets of dead letters by the contract that rejected them. Empty: written by an older release. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  '': [1, 2],
  stream_events: [3],
  orders: [4, 5, 6],
  table: [7],
};

const CHOICE = { reasons: null, stages: null, ranges: null, sinceMs: null, untilMs: null };

async function filled(kind: Kind, name: string = kind): Promise<LettersOf> {
  const table = database.table(`contracts_${name}`);
  const { tables, deadLetters } = database.clickhouse;
  await tables.prepare(table, { lanes: 1, durability: 'server' });
  const letters = `${database.name}.${table.table}_dead_letters`;
  if (KINDS[kind] !== '') await database.sql(`ALTER TABLE ${letters} ${KINDS[kind]}`);
  for (const [contract, offsets] of Object.entries(LETTERS)) {
    const some = offsets.map((offset) => letterAt(offset));
    const options = { ...letterOptions(`${name}/${contract}`), contract };
    await deadLetters.insert(table, aLog('topic'), some, options);
  }
  const skip = { partition: 0, epoch: 0, first: 100, end: 200, why: 'told to' };
  await deadLetters.insertSkip(table, aLog('topic'), skip, letterOptions(`${name}/skip`));
  return { table, topic: 'topic', choice: CHOICE };
}

const keyAt = (offset: number): LetterKey => ({ epoch: 0, partition: 0, offset });
const offsetsIn = async (letters: LettersOf, contract?: string) => {
  const { openLetters } = database.clickhouse;
  const of = { ...letters, contract };
  const next = await openLetters.next(of, null, { letters: 100, bytes: 1e6 });
  if (next === null) return [];
  const read = await openLetters.read(of, { after: null, upTo: next.upTo });
  expect(next.letters).toBe(read.letters.length);
  return read.letters.map(({ offset }) => offset);
};

test.each(['today', 'plain', 'nullable'] as const)(
  'dead letters in a table of kind %s belong to the contract that rejected them',
  async (kind) => {
    const { openLetters } = database.clickhouse;
    const letters = await filled(kind);
    expect(await offsetsIn(letters)).toEqual([1, 2, 3]);
    expect(await offsetsIn(letters, 'stream_events')).toEqual([1, 2, 3]);
    expect(await offsetsIn(letters, 'orders')).toEqual([4, 5, 6]);
    expect(await offsetsIn(letters, 'nobody')).toEqual([]);
    expect(await openLetters.count(letters)).toEqual({
      open: { invalid_json: 3 },
      skips: 1,
      others: [
        { contract: 'orders', letters: 3 },
        { contract: 'table', letters: 1 },
      ],
      contractColumn: 'stored',
    });
    expect(await openLetters.count({ ...letters, contract: 'table' })).toMatchObject({
      open: { invalid_json: 1 },
      others: [
        { contract: 'orders', letters: 3 },
        { contract: '', letters: 2 },
        { contract: 'stream_events', letters: 1 },
      ],
    });
    const chosen = { ...CHOICE, ranges: [{ partition: 0, first: 2, end: 6 }] };
    expect(await openLetters.count({ ...letters, choice: chosen })).toMatchObject({
      open: { invalid_json: 2 },
      others: [{ contract: 'orders', letters: 2 }],
    });
  },
);

test.each([
  ['old', 'missing'],
  ['materialized', 'unfit'],
  ['number', 'unfit'],
] as const)(
  'all dead letters in a table of kind %s belong to stream_events',
  async (kind, contractColumn) => {
    const { openLetters } = database.clickhouse;
    const letters = await filled(kind);
    expect(await offsetsIn(letters)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await offsetsIn(letters, 'orders')).toEqual([]);
    expect(await openLetters.count(letters)).toMatchObject({
      open: { invalid_json: 7 },
      others: [],
      contractColumn,
    });
    expect(await openLetters.count({ ...letters, contract: 'orders' })).toMatchObject({
      open: {},
      others: [{ contract: '', letters: 7 }],
      contractColumn,
    });
  },
);

test('a closed or amended dead letter keeps its contract and schema, and is counted under that contract', async () => {
  const { openLetters, deadLetters } = database.clickhouse;
  const letters = { ...(await filled('today', 'closed')), contract: 'orders' };
  const { table } = letters;
  const framed = [letterAt(20, { schema: '42' }), letterAt(21, { schema: '42' })];
  const options = { ...letterOptions('framed'), contract: 'orders' };
  await deadLetters.insert(table, aLog('topic'), framed, options);
  const { signal } = new AbortController();
  await openLetters.close(letters, [keyAt(4), keyAt(20)], 'redriven', signal);
  const word = { stage: 'validate', reason: 'wrong_type', path: 'a', error: 'b' } as const;
  await openLetters.amend(letters, [{ ...keyAt(21), ...word }], signal);
  expect(await offsetsIn(letters, 'orders')).toEqual([5, 6, 21]);
  const window = { after: null, upTo: keyAt(1_000) };
  expect(await openLetters.closed(letters, window)).toEqual({
    redriven: { invalid_json: 2 },
    dropped: {},
  });
  const others = { ...letters, contract: 'table' };
  expect(await openLetters.closed(others, window)).toEqual({ redriven: {}, dropped: {} });
  expect(
    await database.rows(
      `SELECT toString(_offset) AS offset, contract, schema, status, reason FROM ${database.name}.${table.table}_dead_letters FINAL WHERE _offset IN (4, 20, 21) ORDER BY _offset`,
    ),
  ).toEqual([
    { offset: '4', contract: 'orders', schema: '', status: 'redriven', reason: 'invalid_json' },
    { offset: '20', contract: 'orders', schema: '42', status: 'redriven', reason: 'invalid_json' },
    { offset: '21', contract: 'orders', schema: '42', status: 'open', reason: 'wrong_type' },
  ]);
});
