// Promise: within a table, rows and dead letters of different logs of the same topic name are kept apart, in tables of every
// age. Checked on real tables with and without the column, by comparing each log with a plain query.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { selectRows } from '../../../src/domain/blocks/select-rows.js';
import { isOfLog, type Log } from '../../../src/domain/log/log.js';
import { deadLettersOf, type TableName } from '../../../src/domain/table/table-name.js';
import {
  blockOf,
  letterAt,
  letterOptions,
  rowsFrom,
  sendOptions,
} from '../../support/clickhouse-blocks.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { aLog } from '../../support/pipeline-builders.js';
import { aBuilder, anEvent, TOPIC_ID } from '../../unit/domain/blocks/block-of.js';
import { runOf } from '../../unit/domain/blocks/records-in-memory.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await openSharedDatabase();
});

afterAll(async () => {
  await database.close();
});

const KINDS = {
  new: '',
  plain: 'MODIFY COLUMN _topic_id String, MODIFY COLUMN _topic String',
  nullable: 'MODIFY COLUMN _topic_id Nullable(String)',
  old: 'DROP COLUMN IF EXISTS _topic_id',
};
type Kind = keyof typeof KINDS;

async function made(kind: Kind): Promise<TableName> {
  const table = database.table(`logs_${kind}`);
  await database.clickhouse.tables.prepare(table, { lanes: 1, durability: 'server' });
  const events = `${database.name}.${table.table}`;
  if (kind !== 'new') await database.sql(`ALTER TABLE ${events} ${KINDS[kind]}`);
  if (kind === 'old') await database.sql(`ALTER TABLE ${events}_dead_letters ${KINDS.old}`);
  return table;
}

const LOGS = ['', 'log-a', 'log-b'].flatMap((topicId) =>
  [0, 1].map((epoch) => ({
    topicId,
    epoch,
    first: ['', 'log-a', 'log-b'].indexOf(topicId) * 100 + epoch * 10,
  })),
);

/** Ten rows and one dead letter in each epoch of each log, at distinct offsets, and as many of another topic. */
async function fill(kind: Kind, table: TableName): Promise<void> {
  const { events, deadLetters } = database.clickhouse;
  for (const { topicId, epoch, first } of LOGS) {
    for (const topic of ['topic', 'another']) {
      const rows = rowsFrom(0, first, 10).map((row) => ({ ...row, epoch }));
      const block = blockOf(topic, rows, kind === 'old' ? null : topicId);
      const token = `${topic}/${topicId}/${epoch}`;
      await events.insert(table, block, sendOptions(token));
      const log = aLog(topic, { topicId });
      const letter = letterAt(first + 5, { epoch });
      await deadLetters.insert(table, log, [letter], letterOptions(`${token}/d`));
    }
  }
}

const ASKED: readonly Log[] = [
  aLog('topic', { topicId: 'log-a' }),
  aLog('topic', { topicId: 'log-a', unknownSince: 1 }),
  aLog('topic', { topicId: 'log-a', sameAs: ['log-b'], unknownSince: 2 }),
  aLog('topic', { topicId: 'log-c', unknownSince: 2 }),
  aLog('topic', { topicId: '', sameAs: [], unknownSince: 0 }),
];

test.each(Object.keys(KINDS) as Kind[])('a table of kind %s keeps logs apart', async (kind) => {
  const { events, deadLetters, contents, tables } = database.clickhouse;
  const table = await made(kind);
  await fill(kind, table);
  const stored = LOGS.map((each) => (kind === 'old' ? { ...each, topicId: '' } : each));
  for (const log of ASKED) {
    const mine = stored.filter((each) => isOfLog(log, each));
    const keys = (list: readonly { epoch: number; first: number }[]) =>
      list.map(({ epoch, first }) => `${epoch}/${first}`).sort();
    for (const each of stored) {
      const { epoch, first } = each;
      const rows = rowsFrom(0, first, 10).map((row) => ({ ...row, epoch }));
      const present = await events.present(table, log, blockOf('topic', rows));
      expect(present.size).toBe(mine.includes(each) ? 10 : 0);
      const span = { partition: 0, epoch, first, end: first + 10 };
      expect(await deadLetters.known(table, log, [span])).toHaveLength(mine.includes(each) ? 1 : 0);
    }
    const read: { epoch: number; first: number }[] = [];
    const all = { partition: 0, first: 0, end: 1_000 };
    await contents.readRows(table, log, all, (epoch, first) => read.push({ epoch, first }));
    expect(keys(read.filter(({ first }) => first % 10 === 0))).toEqual(keys(mine));
    const letters: { epoch: number; first: number }[] = [];
    await contents.readLetters(table, log, all, (letter) => letters.push(letter));
    expect(keys(letters)).toEqual(keys(mine.map((each) => ({ ...each, first: each.first + 5 }))));
    expect(await contents.countRowsBelow(table, log, [1_000])).toEqual([mine.length * 10]);
  }
  const places = (list: readonly { topicId: string; epoch: number; count: number }[]) =>
    list.map(({ topicId, epoch, count }) => `${topicId}/${epoch}: ${count}`).sort();
  const extents = await tables.extents(table, 'topic');
  const sums = new Map<string, number>();
  for (const { topicId, epoch } of stored) {
    sums.set(`${topicId}/${epoch}`, (sums.get(`${topicId}/${epoch}`) ?? 0) + 1);
  }
  const expected = (each: number) => [...sums].map(([key, times]) => `${key}: ${times * each}`);
  expect(places(extents.rows)).toEqual(expected(10).sort());
  expect(places(extents.letters)).toEqual(expected(1).sort());
});

test.each(['new', 'plain', 'nullable'] as const)(
  'a block stores its log in columns of kind %s, even if only some of its rows are sent',
  async (kind) => {
    const table = await made(kind);
    const builder = aBuilder();
    const values = Array.from({ length: 1_000 }, (_, offset) => ({ offset, value: anEvent() }));
    builder.add(runOf(0, values), 0);
    const block = builder.finish();
    await database.clickhouse.events.insert(table, block, sendOptions(`${kind}/built`));
    const some = selectRows(block, (_, offset) => offset % 3 === 0);
    await database.clickhouse.events.insert(table, some, sendOptions(`${kind}/some`));
    expect(
      await database.rows(
        `SELECT _topic, _topic_id, toString(count()) AS rows, toString(uniqExact(_offset)) AS offsets
         FROM ${database.name}.${table.table} WHERE _epoch = 3 GROUP BY ALL`,
      ),
    ).toEqual([{ _topic: 'stream-events', _topic_id: TOPIC_ID, rows: '1334', offsets: '1000' }]);
  },
);

test('a dead letter table without the column is reported with the statement that adds it', async () => {
  const table = await made('old');
  const wishes = { lanes: 1, durability: 'server' } as const;
  const { warnings } = await database.clickhouse.tables.prepare(table, wishes);
  const name = `${database.name}.${deadLettersOf(table).table}`;
  const statement = `ALTER TABLE ${name} ADD COLUMN _topic_id LowCardinality(String)`;
  expect(warnings.join('\n')).toContain(statement);
  await database.sql(statement);
  const after = await database.clickhouse.tables.prepare(table, wishes);
  expect(after.warnings.join('\n')).not.toContain(name);
  const log = aLog('topic', { topicId: 'log-z' });
  await database.clickhouse.deadLetters.insert(table, log, [letterAt(1)], letterOptions('Z/d'));
  const span = { partition: 0, epoch: 0, first: 1, end: 2 };
  expect(await database.clickhouse.deadLetters.known(table, log, [span])).toHaveLength(1);
});
