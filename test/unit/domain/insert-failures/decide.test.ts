// Promise: each error number of ClickHouse has one action, an unknown one is retried, and rows are never re-split if that could
// duplicate them or leave a view without them. Checked as a table of all numbers that have an action, and of the possible
// results of reading back after the refusal.
import { expect, test } from 'vitest';
import type { AfterRefusal } from '../../../../src/domain/insert-failures/insert-error.js';
import { CLICKHOUSE_CODES } from '../../../../src/domain/insert-failures/clickhouse-codes.js';
import { onInsertError } from '../../../../src/domain/insert-failures/decide.js';
import { anInsertError } from '../../../support/insert-errors.js';

const TABLE = 'db.events';
const VIEW = 'db.view';
const look = (
  committed: AfterRefusal['committed'],
  views: readonly string[] = [],
): AfterRefusal => ({ committed, views, table: TABLE });

/** The action for each number of the table. A new number must be added here as well. */
const BY_CODE = {
  retry: [
    ...[23, 24, 86, 95, 96, 100, 102, 159, 160, 164, 198, 202, 203, 209, 210, 216, 225, 235, 236],
    ...[244, 254, 265, 279, 285, 286, 289, 297, 319, 369, 384, 394, 410, 416, 425, 439, 473, 484],
    ...[499, 500, 510, 519, 528, 529, 568, 614, 634, 677, 696, 722, 733, 735, 738, 904, 999],
    ...[1000, 1001, 1002],
  ],
  'slow-down': [
    ...[75, 76, 77, 172, 173, 201, 204, 214, 242, 243, 252, 294, 364, 586, 641, 692, 700, 745],
    ...[749, 762, 776, 777, 778],
  ],
  shrink: [241],
  refresh: [16, 33, 131, 517],
  bisect: [6, 27, 38, 41, 53, 72, 117, 349, 469],
  operator: [
    ...[46, 47, 48, 60, 81, 115, 156, 192, 193, 194, 195, 218, 281, 291, 344, 392, 446, 452, 479],
    ...[481, 482, 489, 497, 511, 516, 620, 673, 695, 720, 759, 763, 774],
  ],
};

test.each(
  Object.entries(BY_CODE).flatMap(([action, codes]) => codes.map((code) => ({ code, action }))),
)('$code: $action', ({ code, action }) => {
  expect(onInsertError(anInsertError({ code }))).toBe(action);
});

test('every number of the table is in this test', () => {
  const tested = Object.values(BY_CODE).flat();
  expect(tested.toSorted((a, b) => a - b)).toEqual(
    [...CLICKHOUSE_CODES.keys()].toSorted((a, b) => a - b),
  );
});

test('every other number is retried at first', () => {
  for (let code = 0; code < 1_100; code++) {
    if (!CLICKHOUSE_CODES.has(code)) expect(onInsertError(anInsertError({ code }))).toBe('retry');
  }
  expect(onInsertError(anInsertError({ code: null }))).toBe('retry');
});

test('too many table partitions in one block are split, and too many parts are awaited', () => {
  expect(onInsertError(anInsertError({ code: 252, tooManyTablePartitions: true }))).toBe('split');
  expect(onInsertError(anInsertError({ code: 252, tooManyTablePartitions: false }))).toBe(
    'slow-down',
  );
});

test('without an answer the same block is sent again, and a smaller one after the deadline', () => {
  expect(onInsertError(anInsertError({ kind: 'network' }))).toBe('retry');
  expect(onInsertError(anInsertError({ kind: 'aborted' }))).toBe('retry');
  expect(onInsertError(anInsertError({ kind: 'timeout' }))).toBe('shrink');
});

test('the number of an error that is not a server answer decides nothing', () => {
  expect(onInsertError(anInsertError({ kind: 'network', code: 469 }))).toBe('retry');
});

const REFUSED_ROW = anInsertError({ code: 469, constraintOf: TABLE });
const BEHIND_VIEW = anInsertError({ code: 469, constraintOf: 'db.target', view: VIEW });
const TOO_LARGE = anInsertError({ code: 241 });
const LATE = anInsertError({ kind: 'timeout' });

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
    what: 'a bad row, reading back is impossible',
    error: REFUSED_ROW,
    after: look('unknown'),
    action: 'bisect',
  },
  {
    what: 'a bad row, with a view',
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
    what: 'a row is refused by a table with views, without saying by which of them',
    error: anInsertError({ code: 117 }),
    after: look('all', [VIEW]),
    action: 'operator',
  },
  {
    what: 'the same if reading back is impossible',
    error: anInsertError({ code: 117 }),
    after: look('unknown', [VIEW]),
    action: 'operator',
  },
  {
    what: 'the same with nothing committed: the table refused it',
    error: anInsertError({ code: 117 }),
    after: look('none', [VIEW]),
    action: 'bisect',
  },
  {
    what: 'the error names a view that the table does not have, as the text of a row can',
    error: anInsertError({ code: 117, view: 'db.other' }),
    after: look('none', [VIEW]),
    action: 'bisect',
  },
  { what: 'memory, some committed', error: TOO_LARGE, after: look('some'), action: 'shrink' },
  {
    what: 'memory, with a view, nothing committed',
    error: TOO_LARGE,
    after: look('none', [VIEW]),
    action: 'shrink',
  },
  {
    what: 'memory, with a view, some committed',
    error: TOO_LARGE,
    after: look('some', [VIEW]),
    action: 'operator',
  },
  {
    what: 'late, with a view, some committed',
    error: LATE,
    after: look('some', [VIEW]),
    action: 'retry',
  },
  { what: 'late, some committed', error: LATE, after: look('some'), action: 'shrink' },
  {
    what: 'too many table partitions in the target of a view',
    error: anInsertError({ code: 252, tooManyTablePartitions: true, view: VIEW }),
    after: look('all', [VIEW]),
    action: 'operator',
  },
  {
    what: 'too many parts in the target of a view',
    error: anInsertError({ code: 252, view: VIEW }),
    after: look('all', [VIEW]),
    action: 'slow-down',
  },
])('$what: $action', ({ error, after, action }) => {
  expect(onInsertError(error, { after })).toBe(action);
});

test('a function that throws in a view needs a person, and a timeout there is retried', () => {
  expect(onInsertError(anInsertError({ code: 395, view: VIEW }))).toBe('operator');
  expect(onInsertError(anInsertError({ code: 159, view: VIEW }))).toBe('retry');
});
