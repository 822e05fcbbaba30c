// Promise: each number of ClickHouse has one action, an unknown one is tried again, and rows are never cut otherwise where
// that could double them or leave a view without them. Checked as a table of all numbers that have an action, and of what a
// look after the refusal can find.
import { expect, test } from 'vitest';
import type { AfterRefusal, InsertError } from '../../../src/domain/batch/insert-error.js';
import { onInsertError } from '../../../src/domain/batch/on-insert-error.js';

const anError = (more: Partial<InsertError> = {}): InsertError => ({
  kind: 'server',
  code: null,
  message: 'refused',
  view: null,
  constraintOf: null,
  row: null,
  tooManyTablePartitions: false,
  ...more,
});

const TABLE = 'db.events';
const VIEW = 'db.view';
const look = (
  committed: AfterRefusal['committed'],
  views: readonly string[] = [],
): AfterRefusal => ({ committed, views, table: TABLE });

const BY_CODE = {
  retry: [159, 164, 202, 203, 209, 210, 285, 319, 425, 999],
  'slow-down': [242, 243, 252],
  shrink: [241],
  refresh: [16, 33, 131, 517],
  bisect: [6, 27, 38, 41, 53, 72, 117, 349, 469],
  operator: [60, 81, 192, 193, 194, 497, 516, 774],
};

test.each(
  Object.entries(BY_CODE).flatMap(([action, codes]) => codes.map((code) => ({ code, action }))),
)('$code: $action', ({ code, action }) => {
  expect(onInsertError(anError({ code }))).toBe(action);
});

test('every other number is tried again', () => {
  const known = new Set(Object.values(BY_CODE).flat());
  for (let code = 0; code < 1_100; code++) {
    if (!known.has(code)) expect(onInsertError(anError({ code }))).toBe('retry');
  }
  expect(onInsertError(anError({ code: null }))).toBe('retry');
});

test('too many table partitions in one block are split, too many parts are waited for', () => {
  expect(onInsertError(anError({ code: 252, tooManyTablePartitions: true }))).toBe('split');
  expect(onInsertError(anError({ code: 252, tooManyTablePartitions: false }))).toBe('slow-down');
});

test('without an answer the same block is sent again, and a smaller one after the deadline', () => {
  expect(onInsertError(anError({ kind: 'network' }))).toBe('retry');
  expect(onInsertError(anError({ kind: 'aborted' }))).toBe('retry');
  expect(onInsertError(anError({ kind: 'timeout' }))).toBe('shrink');
});

test('the number of an error that is no answer decides nothing', () => {
  expect(onInsertError(anError({ kind: 'network', code: 469 }))).toBe('retry');
});

const REFUSED_ROW = anError({ code: 469, constraintOf: TABLE });
const BEHIND_VIEW = anError({ code: 469, constraintOf: 'db.target', view: VIEW });
const TOO_LARGE = anError({ code: 241 });
const LATE = anError({ kind: 'timeout' });

test.each([
  {
    what: 'a bad row, nothing committed',
    error: REFUSED_ROW,
    after: look('none'),
    action: 'bisect',
  },
  { what: 'a bad row, some committed', error: REFUSED_ROW, after: look('some'), action: 'retry' },
  { what: 'a bad row, all committed', error: REFUSED_ROW, after: look('all'), action: 'retry' },
  {
    what: 'a bad row, nobody can look',
    error: REFUSED_ROW,
    after: look('unknown'),
    action: 'bisect',
  },
  {
    what: 'a bad row, a view there',
    error: REFUSED_ROW,
    after: look('none', [VIEW]),
    action: 'bisect',
  },
  { what: 'a view refuses', error: BEHIND_VIEW, after: look('all', [VIEW]), action: 'operator' },
  {
    what: 'a view refuses, not all committed yet',
    error: BEHIND_VIEW,
    after: look('some', [VIEW]),
    action: 'operator',
  },
  {
    what: 'a view refuses, nothing committed yet',
    error: BEHIND_VIEW,
    after: look('none', [VIEW]),
    action: 'operator',
  },
  {
    what: 'a row is refused behind a table with views, by whom is not said',
    error: anError({ code: 117 }),
    after: look('all', [VIEW]),
    action: 'operator',
  },
  {
    what: 'the same where nobody can look',
    error: anError({ code: 117 }),
    after: look('unknown', [VIEW]),
    action: 'operator',
  },
  {
    what: 'the same with nothing committed: the table refused it',
    error: anError({ code: 117 }),
    after: look('none', [VIEW]),
    action: 'bisect',
  },
  {
    what: 'a view is named that is none of the table: a row can hold such words',
    error: anError({ code: 117, view: 'db.other' }),
    after: look('none', [VIEW]),
    action: 'bisect',
  },
  { what: 'memory, some committed', error: TOO_LARGE, after: look('some'), action: 'shrink' },
  {
    what: 'memory, a view there, nothing committed',
    error: TOO_LARGE,
    after: look('none', [VIEW]),
    action: 'shrink',
  },
  {
    what: 'memory, a view there, some committed',
    error: TOO_LARGE,
    after: look('some', [VIEW]),
    action: 'operator',
  },
  {
    what: 'late, a view there, some committed',
    error: LATE,
    after: look('some', [VIEW]),
    action: 'retry',
  },
  { what: 'late, some committed', error: LATE, after: look('some'), action: 'shrink' },
  {
    what: 'too many table partitions in the target of a view',
    error: anError({ code: 252, tooManyTablePartitions: true, view: VIEW }),
    after: look('all', [VIEW]),
    action: 'operator',
  },
  {
    what: 'too many parts in the target of a view',
    error: anError({ code: 252, view: VIEW }),
    after: look('all', [VIEW]),
    action: 'slow-down',
  },
])('$what: $action', ({ error, after, action }) => {
  expect(onInsertError(error, after)).toBe(action);
});

test('whatever a view throws, a person has to see to it', () => {
  expect(onInsertError(anError({ code: 395, view: VIEW }))).toBe('operator');
  expect(onInsertError(anError({ code: 159, view: VIEW }))).toBe('retry');
});
