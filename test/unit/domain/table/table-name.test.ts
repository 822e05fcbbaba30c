// Promise: a table's name is read as people write it, and no name can be read as other SQL. Checked by example, and by property:
// a quoted name is read back unchanged.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  deadLettersOf,
  parseTableName,
  sqlIdentifier,
  sqlName,
  unquoted,
  writtenIdentifier,
  writtenName,
} from '../../../../src/domain/table/table-name.js';

test.each([
  ['events', { database: 'fallback', table: 'events' }],
  ['db.events', { database: 'db', table: 'events' }],
  ["o'd d.t`x", { database: "o'd d", table: 't`x' }],
  ['a.b.c', null],
  ['.events', null],
  ['db.', null],
  ['', null],
])('%j is read as %j', (text, expected) => {
  expect(parseTableName(text, 'fallback')).toEqual(expected);
});

test('names are quoted so that nothing ends them early', () => {
  expect(sqlName({ database: 'a`b', table: 'c\\d' })).toBe('`a\\`b`.`c\\\\d`');
  expect(sqlName({ database: 'x; DROP TABLE y --', table: 'z' })).toBe('`x; DROP TABLE y --`.`z`');
});

test('names that need no quotes are written without', () => {
  expect(writtenName({ database: 'db', table: 'stream_events' })).toBe('db.stream_events');
  expect(writtenName({ database: 'my-db', table: '1st' })).toBe('`my-db`.`1st`');
  expect(writtenIdentifier('index')).toBe('`index`');
  expect(writtenIdentifier('event_id')).toBe('event_id');
});

test('a quoted name is read back unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(unquoted(sqlIdentifier(name))).toBe(name);
      // Between the quotes, every quote has its own backslash.
      expect(sqlIdentifier(name).slice(1, -1).replace(/\\[^]/g, '')).not.toContain('`');
    }),
  );
});

test('dead letters are stored beside their events', () => {
  expect(deadLettersOf({ database: 'db', table: 'e' })).toEqual({
    database: 'db',
    table: 'e_dead_letters',
  });
});
