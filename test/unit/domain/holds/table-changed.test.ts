// Promise: a plan continues only if its table does everything that it did when the plan was made: what it stores, what it
// guarantees and when rows are on disk. More is not a change. Checked over the possible states of a table.
import { expect, test } from 'vitest';
import { changeOf } from '../../../../src/domain/holds/table-changed.js';
import type { FoundTable } from '../../../../src/domain/table/found-table.js';
import type { Target } from '../../../../src/domain/table/target.js';
import { aPlan, aResolution } from '../../../support/pipeline-builders.js';

const { target } = aResolution([0]);
const planned = aPlan([[0, 0, 10]]);
const columns = ['event_id', 'metadata', '_offset'];
const plan = (wishes: Partial<typeof planned.wishes> = {}) => ({
  ...planned,
  cut: { ...planned.cut, columns },
  wishes: { ...planned.wishes, ...wishes },
});
const found = (changes: Partial<Target> = {}, more: Partial<FoundTable> = {}): FoundTable => ({
  target: { ...target, columns, ...changes },
  unfilled: [],
  notDurable: null,
  changedAtMs: null,
  ...more,
});
const WEAK = { guarantee: { level: 'at-least-once', why: ['the window is short'] } } as const;
const STRICT = { guarantee: 'exactly-once' } as const;

test('a table that stores the same or more is as planned', () => {
  expect(changeOf(plan(), found())).toBeNull();
  expect(changeOf(plan(), found({ columns: ['region', ...columns] }))).toBeNull();
  expect(changeOf(plan(STRICT), found())).toBeNull();
  expect(changeOf(plan(), found({}, { notDurable: 'it answers before' }))).toBeNull();
  expect(changeOf(plan(), found(WEAK))).toBeNull();
});

test('a missing column is a change, with its time and the statement that restores it', () => {
  const unfilled = [
    {
      column: 'metadata',
      why: 'column metadata is missing',
      alteration: 'ADD COLUMN metadata String',
    },
    {
      column: '_offset',
      why: 'column _offset is UInt8',
      alteration: 'MODIFY COLUMN _offset UInt64',
    },
    { column: 'never_there', why: 'column never_there is missing', alteration: 'ADD COLUMN x' },
  ];
  const changedAtMs = Date.UTC(2026, 10, 28, 7, 0, 5);
  const change = changeOf(plan(), found({ columns: ['event_id'] }, { unfilled, changedAtMs }));
  expect(change?.givesUp).toEqual({
    columns: ['metadata', '_offset'],
    guarantee: false,
    durability: false,
  });
  expect(change?.detail).toContain('(column metadata is missing, column _offset is UInt8)');
  expect(change?.detail).toContain('Existing rows are not affected.');
  expect(change?.detail).toContain('at 2026-11-28T07:00:05Z');
  expect(change?.detail).toMatch(
    /: ALTER TABLE default\.stream_events ADD COLUMN metadata String, MODIFY COLUMN _offset UInt64$/,
  );
});

test('a column that nobody names as missing is named all the same', () => {
  const change = changeOf(plan(), found({ columns: ['event_id', '_offset'] }));
  expect(change?.detail).toContain('no longer stores everything (metadata is missing):');
  expect(change?.detail).toMatch(/Add metadata again, with the types that the table had before$/);
});

test('where no ALTER restores it, none is given', () => {
  const unfilled = [{ column: 'event_id', why: 'column event_id is UUID', alteration: null }];
  const change = changeOf(plan(), found({ columns: columns.slice(1) }, { unfilled }));
  expect(change?.detail).toContain('replace the table');
  expect(change?.detail).not.toContain('ALTER TABLE');
});

test('where each ALTER would lose stored values, none is given, and the hold says so', () => {
  const unfilled = [
    {
      column: 'event_id',
      why: 'column event_id is DateTime',
      alteration: null,
      wouldLoseValues: true as const,
    },
  ];
  const change = changeOf(plan(), found({ columns: columns.slice(1) }, { unfilled }));
  expect(change?.detail).toContain('No ALTER keeps all stored values: change the types in the con');
  expect(change?.detail).not.toContain('ALTER TABLE');
});

test('a run that asked for exactly-once or fsync does not continue with less', () => {
  const weaker = changeOf(plan(STRICT), found(WEAK));
  expect(weaker?.detail).toContain('now provides at-least-once: the window is short');
  expect(weaker?.givesUp).toEqual({ columns: [], guarantee: true, durability: false });
  const fsync = changeOf(plan({ durability: 'fsync' }), found({}, { notDurable: 'not on disk' }));
  expect(fsync?.detail).toBe('not on disk');
  expect(fsync?.givesUp).toEqual({ columns: [], guarantee: false, durability: true });
});

test('the guarantee is that of the lanes of the plan', () => {
  const widest = { beyondLanes: 1, guarantee: WEAK.guarantee };
  expect(changeOf(plan({ ...STRICT, lanes: 1 }), found({ widest }))).toBeNull();
  expect(changeOf(plan({ ...STRICT, lanes: 2 }), found({ widest }))).not.toBeNull();
});

test('a column of contract table with a narrower type is a change, though its name is the same', () => {
  const contract = (type: string) => ({
    name: 'table',
    hash: type,
    columns: [{ name: 'event_id', type }],
  });
  const own = { ...plan(), contract: contract('Int64') };
  expect(changeOf(own, found({ contract: contract('Int64') }))).toBeNull();
  expect(changeOf(own, found({ contract: contract('Int128') }))).toBeNull();
  const change = changeOf(own, found({ contract: contract('Int32') }));
  expect(change?.givesUp.columns).toEqual(['event_id']);
  expect(change?.detail).toContain('column event_id is Int32, which does not hold every Int64');
  expect(change?.detail).toMatch(
    /ALTER TABLE default\.stream_events MODIFY COLUMN event_id Int64$/,
  );
});
