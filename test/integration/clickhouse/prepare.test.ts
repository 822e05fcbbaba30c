// Promise: a pipeline's tables are created once and never altered, however often and by whomever they are prepared, and every
// difference is reported with a statement that fixes it. Checked by asking the real server, and by running the reported
// statements.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableMissing, TableUnfit } from '../../../src/domain/errors.js';
import { writtenName } from '../../../src/domain/table/table-name.js';
import type { TableWishes } from '../../../src/domain/table/target.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { refuseOnExternal } from '../../support/stack.js';

const WISHES: TableWishes = { lanes: 2, durability: 'server' };
const EVENT_COLUMNS = ['event_id', 'event_type', 'timestamp', 'payload', 'source', 'metadata'];
const COLUMNS = [...EVENT_COLUMNS, '_topic', '_topic_id', '_epoch', '_partition', '_offset'];

let database: TestDatabase;

beforeAll(async () => {
  database = await openSharedDatabase();
});

afterAll(async () => {
  await database.close();
});

const prepare = (table: string, wishes: Partial<TableWishes> = {}) =>
  database.clickhouse.tables.prepare(database.table(table), { ...WISHES, ...wishes });

const statements = () =>
  database.rows(
    `SELECT name, uuid, create_table_query FROM system.tables WHERE database = '${database.name}' ORDER BY name`,
  );

test('missing tables are created, and carry exactly-once', async () => {
  const { target, warnings } = await prepare('fresh');
  expect(target).toMatchObject({
    table: database.table('fresh'),
    columns: COLUMNS,
    tablePartition: 'month',
    findable: true,
    guarantee: { level: 'exactly-once' },
    durability: expect.stringContaining('page cache') as string,
  });
  expect(warnings).toEqual([]);
  expect(target.tableId).toMatch(/^[0-9a-f-]{36}$/);
  const found = await database.clickhouse.tables.identify(database.table('fresh'), target);
  expect(found).toEqual({ tableId: target.tableId, version: target.version });
});

test('repeated and concurrent preparation changes nothing', async () => {
  const together = await Promise.all(Array.from({ length: 4 }, () => prepare('shared')));
  const before = await statements();
  const again = await prepare('shared', { lanes: 16, durability: 'server' });
  expect(new Set(together.map(({ target }) => target.tableId))).toEqual(
    new Set([again.target.tableId]),
  );
  expect(await statements()).toEqual(before);
});

test('a table created for one lane carries exactly-once with the maximum number of lanes', async () => {
  const { target } = await prepare('wide', { lanes: 1 });
  expect(target.widest).toEqual({ beyondLanes: 1, guarantee: { level: 'exactly-once' } });
  expect((await prepare('wide', { lanes: 16 })).target.guarantee).toEqual(target.guarantee);
});

test('a table for fewer lanes is at-least-once for more, until the reported statement is run', async () => {
  await prepare('narrow', { lanes: 1 });
  await database.sql(
    `ALTER TABLE ${database.name}.narrow MODIFY SETTING non_replicated_deduplication_window = 10000`,
  );
  const one = await prepare('narrow', { lanes: 1 });
  expect(one.target).toMatchObject({
    guarantee: { level: 'exactly-once' },
    widest: { beyondLanes: 1, guarantee: { level: 'at-least-once' } },
  });
  const { target } = await prepare('narrow', { lanes: 4 });
  await database.sql(statementIn(reasons(target.guarantee)));
  expect((await prepare('narrow', { lanes: 4 })).target.guarantee).toEqual({
    level: 'exactly-once',
  });
});

test('a recreated table is a different one, and a missing table is none', async () => {
  refuseOnExternal('drop a table');
  const { target } = await prepare('replaced');
  await database.sql(`DROP TABLE ${database.name}.replaced SYNC`);
  expect(await database.clickhouse.tables.identify(database.table('replaced'), target)).toBeNull();
  expect((await prepare('replaced')).target.tableId).not.toBe(target.tableId);
});

test('fsync is set on created tables, and a statement is reported for existing ones', async () => {
  const made = await prepare('synced', { durability: 'fsync' });
  expect(made.target.durability).toContain('fsync');
  await prepare('unsynced');
  // Events first, then their dead letters: a record that is in neither table on disk would be lost in a power failure.
  for (const unsynced of ['unsynced', 'unsynced_dead_letters']) {
    const refusal = await failure(prepare('unsynced', { durability: 'fsync' }));
    expect(refusal).toBeInstanceOf(TableUnfit);
    expect(refusal.message).toContain(`${database.name}.${unsynced} answers before`);
    await database.sql(statementIn(refusal.message));
  }
  expect((await prepare('unsynced', { durability: 'fsync' })).target.durability).toContain('fsync');
});

test('if no table may be created, the error contains the statements that create both, and they work', async () => {
  const careful = database.connect({ createTables: false });
  const ask = () => careful.tables.prepare(database.table('by_hand'), WISHES);
  const missing = await failure(ask());
  expect(missing).toBeInstanceOf(TableMissing);
  for (const statement of missing.message.split(/;(?:\n|$)/).filter((text) => text !== '')) {
    await database.sql(statement.slice(statement.indexOf('CREATE TABLE')));
  }
  expect((await ask()).target.guarantee).toEqual({ level: 'exactly-once' });
});

const DRIFTS: readonly {
  readonly what: string;
  readonly alter: string;
  readonly warned: string;
  /** Set if nothing that every event has is missing. */
  readonly level?: 'exactly-once';
}[] = [
  { what: 'a missing column', alter: 'DROP COLUMN payload', warned: 'payload is missing' },
  { what: 'a UUID', alter: 'MODIFY COLUMN source UUID', warned: 'source is UUID' },
  { what: 'JSON', alter: 'MODIFY COLUMN payload JSON', warned: 'payload is JSON' },
  {
    what: 'a column that events may lack',
    alter: 'DROP COLUMN metadata',
    warned: 'metadata is missing',
    level: 'exactly-once',
  },
  {
    what: 'a column of another type',
    alter: 'MODIFY COLUMN source FixedString(3)',
    warned: 'source is FixedString(3)',
  },
  {
    what: 'a materialized column',
    alter: `MODIFY COLUMN source String MATERIALIZED 'x'`,
    warned: 'source is MATERIALIZED',
  },
  {
    what: 'an alias',
    alter: `DROP COLUMN source, ADD COLUMN source String ALIAS 'x'`,
    warned: 'source is ALIAS',
  },
  {
    what: 'an ephemeral column',
    alter: "DROP COLUMN source, ADD COLUMN source String EPHEMERAL 'x'",
    warned: 'source is EPHEMERAL',
  },
  {
    what: 'a column that the server no longer fills',
    alter: 'MODIFY COLUMN processed_at REMOVE DEFAULT',
    warned: 'processed_at has no default',
    level: 'exactly-once',
  },
  {
    what: 'a narrow lineage column',
    alter: 'MODIFY COLUMN _partition UInt8',
    warned: '_partition is UInt8',
  },
  {
    what: 'missing lineage',
    alter: 'DROP INDEX _offset_range, DROP COLUMN _offset, DROP COLUMN _topic',
    warned: '_offset is missing',
  },
  {
    what: 'a missing topic id',
    alter: 'DROP COLUMN _topic_id',
    warned: '_topic_id is missing',
  },
];

test.each(DRIFTS)(
  '$what is reported, and the reported statement fixes the table',
  async (drift) => {
    const table = `drift_${DRIFTS.indexOf(drift)}`;
    await prepare(table);
    await database.sql(
      `ALTER TABLE ${database.name}.${table} ${drift.alter} SETTINGS mutations_sync = 2`,
    );
    const before = await statements();
    const { warnings, target } = await prepare(table);
    expect(await statements()).toEqual(before);
    const { guarantee, notStored = [] } = target;
    const listed = notStored.map(({ why, fix }) => `${why}: ${fix}`);
    const told =
      listed.length > 0 || guarantee.level === 'exactly-once'
        ? [...warnings, ...listed]
        : [...warnings, ...guarantee.why];
    expect(told.join('\n')).toContain(drift.warned);
    expect(target.guarantee.level).toBe(drift.level ?? 'at-least-once');
    for (const each of told) await database.sql(statementIn(each));
    const mended = await prepare(table);
    expect(mended.warnings).toEqual([]);
    expect(mended.target.notStored).toEqual([]);
    expect(mended.target.columns).toEqual(COLUMNS);
    expect(mended.target.guarantee).toEqual({ level: 'exactly-once' });
  },
);

test('a column of a wider or equivalent type is no drift', async () => {
  await database.sql(
    `CREATE TABLE ${database.name}.wider (
       event_id LowCardinality(String), event_type Nullable(String), timestamp DateTime64(6, 'Europe/Berlin'), payload String CODEC(ZSTD(3)),
       source LowCardinality(Nullable(String)), metadata String, processed_at DateTime MATERIALIZED now(), more UInt8,
       unfilled UUID, filled String DEFAULT 'x',
       _topic LowCardinality(String), _topic_id Nullable(String), _epoch UInt64, _partition UInt64, _offset UInt64
     ) ENGINE = MergeTree ORDER BY tuple() SETTINGS non_replicated_deduplication_window = 1000`,
  );
  const { target, warnings } = await prepare('wider');
  expect(warnings).toEqual([]);
  expect(target).toMatchObject({ columns: COLUMNS, notStored: [], tablePartition: 'none' });
  expect(target.guarantee).toEqual({ level: 'exactly-once' });
});

test('a key column of the wrong type is reported without a statement, because none fixes it', async () => {
  await database.sql(
    `CREATE TABLE ${database.name}.keyed (event_id String, timestamp String) ENGINE = MergeTree ORDER BY (timestamp, event_id)`,
  );
  const { target } = await prepare('keyed');
  expect(target.notStored?.find(({ column }) => column === 'timestamp')?.fix).toContain(
    'the table has to be recreated',
  );
  expect(target.tablePartition).toBe('unknown');
});

test('a table without lineage is written without it, and the report says how to add it', async () => {
  await database.sql(
    `CREATE TABLE ${database.name}.plain (event_id String, event_type String, timestamp DateTime, payload String,
       source String, metadata String, processed_at DateTime DEFAULT now()) ENGINE = MergeTree
     ORDER BY (timestamp, event_id) PARTITION BY toDate(timestamp) SETTINGS non_replicated_deduplication_window = 100000`,
  );
  const { target } = await prepare('plain');
  expect(target).toMatchObject({ columns: EVENT_COLUMNS, tablePartition: 'day', findable: false });
  await database.sql(statementIn(reasons(target.guarantee)));
  expect((await prepare('plain')).target).toMatchObject({
    columns: COLUMNS,
    findable: true,
    guarantee: { level: 'exactly-once' },
  });
});

test('a dead letter table that would lose dead letters is refused with the fix', async () => {
  refuseOnExternal('drop tables');
  await prepare('letters');
  const name = `${database.name}.letters_dead_letters`;
  await database.sql(`ALTER TABLE ${name} DROP COLUMN path, MODIFY COLUMN value String DEFAULT ''`);
  const drifted = await failure(prepare('letters'));
  expect(drifted).toBeInstanceOf(TableUnfit);
  await database.sql(statementIn(drifted.message));
  await prepare('letters');

  for (const engine of ['MergeTree ORDER BY _topic', 'ReplacingMergeTree(at) ORDER BY _topic']) {
    await database.sql(`DROP TABLE ${name} SYNC`);
    await database.sql(`DROP TABLE IF EXISTS ${name}_old SYNC`);
    await database.sql(
      `CREATE TABLE ${name} (_topic String, at DateTime64(3, 'UTC')) ENGINE = ${engine}`,
    );
    const refused = await failure(prepare('letters'));
    expect(refused).toBeInstanceOf(TableUnfit);
    for (const statement of refused.message.split(/;(?:\n|$)/).filter((text) => text !== '')) {
      await database.sql(statement.slice(statement.search(/RENAME TABLE|CREATE TABLE/)));
    }
    expect((await prepare('letters')).warnings).toEqual([]);
  }
});

test('names that need quotes are quoted everywhere', async () => {
  const odd = await openSharedDatabase({ name: 'o\'d`d\\ "ü' });
  try {
    for (const table of ["t'a`b\\l.e ж", 'select', 'null', 'a b']) {
      const { target, warnings } = await odd.clickhouse.tables.prepare(odd.table(table), {
        ...WISHES,
        lanes: 1,
      });
      expect(target.guarantee).toEqual({ level: 'exactly-once' });
      expect(warnings).toEqual([]);
      await odd.sql(
        `ALTER TABLE ${writtenName(odd.table(table))} MODIFY SETTING non_replicated_deduplication_window = 10000`,
      );
      const wide = await odd.clickhouse.tables.prepare(odd.table(table), { ...WISHES, lanes: 4 });
      await odd.sql(statementIn(reasons(wide.target.guarantee)));
      const mended = await odd.clickhouse.tables.prepare(odd.table(table), { ...WISHES, lanes: 4 });
      expect(mended.target.guarantee).toEqual({ level: 'exactly-once' });
    }
  } finally {
    await odd.close();
  }
});

/** The statement at the end of a message. */
function statementIn(text: string): string {
  const at = text.lastIndexOf('ALTER TABLE');
  expect(at, text).toBeGreaterThanOrEqual(0);
  return text.slice(at);
}

function reasons(guarantee: { level: string; why?: readonly string[] }): string {
  expect(guarantee.level).toBe('at-least-once');
  expect(guarantee.why).toHaveLength(1);
  return guarantee.why?.[0] ?? '';
}

async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing failed');
}
