// Promise: dead letters are counted by reason and listed, and no content of a record reaches a terminal as a control sequence.
import { expect, test } from 'vitest';
import type { LetterList } from '../../../src/adapters/clickhouse/dead-letter-table/list-letters.js';
import { deadLetterLines } from '../../../src/cli/dead-letter-lines.js';
import { PLAIN } from '../../../src/cli/text/style.js';

const AT = '2026-11-23T07:00:00Z';
const LIST: LetterList = {
  groups: [
    { stage: 'decode', reason: 'invalid_json', path: '', count: 1_200, newest: AT },
    { stage: 'validate', reason: 'wrong_type', path: 'a.b', count: 2, newest: AT },
  ],
  newest: [
    {
      ...{ at: AT, status: 'open', topic: 'orders', partition: 3, offset: '77', stage: 'validate' },
      ...{ reason: 'wrong_type', path: 'a.\u001b[2Jb', error: 'must be\u0007 text' },
    },
  ],
};

const text = (list: LetterList) =>
  deadLetterLines(list, 'shop.orders_dead_letters', PLAIN).join('\n');

test('the lines show counts, then the newest dead letters', () => {
  const shown = text(LIST);
  expect(shown).toMatch(/^1,202 in shop\.orders_dead_letters\n/);
  expect(shown).toMatch(/\n1,200 {2}invalid_json +decode/);
  expect(shown).toMatch(/\n {4}2 {2}wrong_type +a\.b +validate/);
  expect(shown).toMatch(/open +3 +77 +wrong_type/);
});

test('control characters of records are shown as replacement characters', () => {
  const shown = text(LIST);
  expect(shown).toContain('a.\ufffd[2Jb');
  // eslint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('values appear below their dead letter, escaped, if requested', () => {
  const [letter] = LIST.newest;
  if (letter === undefined) throw new Error('the list has one');
  const shown = text({ ...LIST, newest: [{ ...letter, key: null, value: '{"a":"\u001b[2J"}' }] });
  expect(shown).toContain('\n  key null\n  value "{\\"a\\":\\"\\u001b[2J\\"}"');
});

test('the lines say that there are no dead letters', () => {
  expect(text({ groups: [], newest: [] })).toBe(
    'shop.orders_dead_letters has no matching dead letters.',
  );
});
