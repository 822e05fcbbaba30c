// Promise: the result of verify begins with its verdict, in words, and names the wrong offsets. The frozen word `doubled` of the
// report is shown as `duplicated`.
import { expect, test } from 'vitest';
import type { VerifyReport } from '../../../src/domain/verify/public-types.js';
import { PLAIN } from '../../../src/cli/text/style.js';
import { verifyLines, verifyProgress } from '../../../src/cli/verify-lines.js';

const NONE = { total: 0, first: [] };

function aReport(changes: Partial<VerifyReport> = {}): VerifyReport {
  return {
    ...{
      state: 'completed',
      verdict: 'complete',
      topic: 'orders',
      groupId: 'g',
      table: 'shop.orders',
    },
    ...{
      records: 1_000,
      rows: 990,
      deadLetters: 10,
      redriven: 0,
      filtered: 0,
      skipped: 0,
      lost: 0,
    },
    ...{ doubled: 0, olderEpochs: 0, withoutRecord: 0, openDeadLetters: 7, droppedDeadLetters: 3 },
    ...{ lostRanges: NONE, doubledRanges: NONE, identitiesCompared: 0, otherEvents: 0 },
    ...{
      rowsBeforeLog: 0,
      unjudged: 0,
      compared: 1_000,
      offsets: 1_000,
      partitions: [],
      notes: [],
    },
    ...changes,
  };
}

const text = (report: VerifyReport) => verifyLines(report, PLAIN).join('\n');

test('the report of a complete table has these lines', () => {
  expect(text(aReport()))
    .toBe(`complete  every record is a row, a dead letter, filtered, or skipped by a decision; none of them twice
orders and shop.orders: 1,000 of 1,000 offsets compared
records 1,000 · rows 990 · dead letters 10 (open 7, dropped 3) · redriven 0 · filtered 0 · skipped 0
lost 0 · duplicated 0 · without a record 0 · of older epochs 0`);
});

test('lost and duplicated offsets are named in at most twenty ranges, including the last', () => {
  const first = Array.from({ length: 25 }, (_, index) => ({
    ...{ partition: 1, first: String(index * 10), end: String(index * 10 + 2) },
  }));
  const shown = text(
    aReport({
      verdict: 'lost-and-doubled',
      ...{ lost: 60, doubled: 1, lostRanges: { total: 30, first } },
      doubledRanges: { total: 1, first: [{ partition: 0, first: '7', end: '8' }] },
    }),
  );
  expect(shown).toMatch(/^lost-and-duplicated {2}records are missing/);
  expect(shown).toContain('  lost: partition 1, offsets 190 to 191\n  ... and 10 more\n');
  expect(shown).not.toContain('offsets 200');
  expect(shown).toContain('  duplicated: partition 0, offsets 7 to 7');
});

test('unjudged and unknown offsets are shown with the notes', () => {
  const shown = text(
    aReport({ verdict: 'unknown', lost: null, unjudged: 5, notes: ['a transaction is open'] }),
  );
  expect(shown).toMatch(/^unknown {2}nothing is known to be wrong/);
  expect(shown).toContain('lost unknown');
  expect(shown).toContain('not judged 5, for the reasons below\n- a transaction is open');
});

test('different values are shown by offset and column', () => {
  const content = {
    ...{ columns: ['a', 'b'], uncompared: [], sample: null, rows: 990, uncomparedRows: 0 },
    ...{ differingRows: 1, predating: NONE },
    differences: { total: 1, first: [{ partition: 2, offset: '9', column: 'b' }] },
  };
  const shown = text(aReport({ verdict: 'lost-and-different', content }));
  expect(shown).toMatch(/^lost-and-different {2}records are wrong in more than one way/);
  expect(shown).toContain('values compared: 990 rows, 2 columns · rows that differ 1');
  expect(shown).toContain('  different: partition 2, offset 9, column b');
});

test('progress fits in one line, even before anything is known', () => {
  expect(verifyProgress(aReport({ compared: 255, lost: 3 }))).toBe(
    'compared 255 of 1,000 offsets (25 %), lost 3, duplicated 0 so far',
  );
  expect(verifyProgress(aReport({ compared: 0, offsets: 0 }))).toBe(
    'finding the offsets to compare',
  );
});
