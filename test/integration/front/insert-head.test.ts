/**
 * Promise: the end of an INSERT's statement and the start of its data are found in whatever pieces the request arrives,
 * and never inside quotes, brackets or comments. Checked by splitting every statement at every position: a result on a
 * prefix must hold for the whole.
 */
import { describe, expect, it } from 'vitest';
import { findInsertHead } from '../../../dev/clickhouse/insert-head.js';
import { parseStatement } from '../../../dev/clickhouse/statement.js';

const DATA = '1\tFORMAT CSV\n';

const HEADS: readonly (readonly [string, { target: string; settings: string; format: string }])[] =
  [
    ['INSERT INTO t FORMAT TSV\n', { target: 'INSERT INTO t', settings: '', format: 'TSV' }],
    ['insert into t format TSV \t\r\n', { target: 'insert into t', settings: '', format: 'TSV' }],
    [
      'INSERT INTO db.`format` (`a FORMAT b`, "values") SETTINGS x = \'FORMAT TSV\', y = 1 FORMAT Native\n',
      {
        target: 'INSERT INTO db.`format` (`a FORMAT b`, "values")',
        settings: "SETTINGS x = 'FORMAT TSV', y = 1",
        format: 'Native',
      },
    ],
    [
      "/* FORMAT CSV */ INSERT -- FORMAT CSV\n INTO t (f /* ) */, values) SETTINGS a = 'it''s \\' FORMAT' FORMAT JSONEachRow\n",
      {
        target: '/* FORMAT CSV */ INSERT -- FORMAT CSV\n INTO t (f /* ) */, values)',
        settings: "SETTINGS a = 'it''s \\' FORMAT'",
        format: 'JSONEachRow',
      },
    ],
    [
      'INSERT INTO t (a, b) VALUES',
      { target: 'INSERT INTO t (a, b)', settings: '', format: 'Values' },
    ],
  ];

describe('the end of an INSERT’s statement', () => {
  it.each(HEADS)('is found: %j', (head, expected) => {
    expect(findInsertHead(`${head} ${DATA}`)).toEqual({
      kind: 'data-follows',
      head: { ...expected, dataAt: head.length },
    });
  });

  it.each([
    ...HEADS.map(([head]) => head + DATA),
    'INSERT INTO t SELECT 1 FORMAT TSV',
    'INSERT INTO t (a) WITH x AS (SELECT 1) SELECT * FROM x',
    'SELECT 1 FORMAT TSV',
    'INSERTED',
  ])('is found alike in a prefix and in the whole text: %j', (text) => {
    const whole = findInsertHead(`${text}\n`);
    expect(whole.kind).not.toBe('unclear');
    for (let end = 0; end < text.length; end += 1) {
      const part = findInsertHead(text.slice(0, end));
      if (part.kind !== 'unclear') expect(part, `cut at ${end}`).toEqual(whole);
    }
  });

  it('is absent if the rows come from elsewhere', () => {
    expect(findInsertHead('INSERT INTO t SELECT * FROM s FORMAT TSV\n')).toEqual({
      kind: 'insert',
    });
    expect(findInsertHead("SELECT 'INSERT INTO t FORMAT TSV'\n")).toEqual({ kind: 'other' });
  });
});

describe('a statement', () => {
  it('names its format only at its end', () => {
    const formatOf = (sql: string) => parseStatement(sql).format;
    expect(formatOf('SELECT 1 FORMAT CSV')).toBe('CSV');
    expect(formatOf('SELECT 1 FORMAT CSV SETTINGS max_threads = 1;')).toBe('CSV');
    expect(formatOf('SELECT format FROM t')).toBeUndefined();
    expect(formatOf('SELECT a AS format FROM t WHERE format (1)')).toBeUndefined();
    expect(formatOf("SELECT ' FORMAT CSV'")).toBeUndefined();
  });

  it('that kills queries is parsed into condition, mode and format', () => {
    const killOf = (sql: string) => parseStatement(sql).kill;
    expect(killOf("KILL QUERY WHERE query_id = 'SYNC' SYNC FORMAT CSV;")).toEqual({
      condition: " query_id = 'SYNC' ",
      mode: 'SYNC',
    });
    expect(killOf('kill query where 1')).toEqual({ condition: ' 1', mode: 'ASYNC' });
    expect(killOf("SELECT 'KILL QUERY WHERE 1'")).toBeUndefined();
  });
});
