// Promise: a report is 'complete' only if everything was compared and nothing can be wrong, lists no more ranges than fit and
// always the first ones, and explains in notes what its numbers cannot. Checked on states made by hand.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RANGES_REPORTED } from '../../../../src/domain/limits.js';
import { verifyPage } from '../../../../src/domain/verify/details-page.js';
import type { VerifyPlan } from '../../../../src/domain/verify/plan.js';
import { collectRanges, NO_RANGES } from '../../../../src/domain/verify/range-tally.js';
import { startingReport, verifyReport } from '../../../../src/domain/verify/report.js';
import {
  firstVerifyState,
  foldSlice,
  type VerifyState,
} from '../../../../src/domain/verify/state.js';
import { NO_TALLY, type Tally } from '../../../../src/domain/verify/tally.js';
import { aVerifyPlan } from '../../../support/verify-builders.js';

function compared(tally: Partial<Tally>, plan: Partial<VerifyPlan> = {}): VerifyState {
  const state = firstVerifyState(aVerifyPlan([10], plan));
  return foldSlice(state, 0, { v: 1, next: 10, tally: { ...NO_TALLY, records: 10, ...tally } });
}
const verdict = (tally: Partial<Tally>, plan: Partial<VerifyPlan> = {}) =>
  verifyReport(compared(tally, plan), 'completed').verdict;
const notes = (tally: Partial<Tally>, plan: Partial<VerifyPlan> = {}) =>
  verifyReport(compared(tally, plan), 'completed').notes.join('\n');

test('each verdict has its reason', () => {
  expect(verdict({ rows: 10 })).toBe('complete');
  expect(verdict({ lost: 1 })).toBe('lost');
  expect(verdict({ doubled: 1 })).toBe('doubled');
  expect(verdict({ lost: 1, doubled: 1 })).toBe('lost-and-doubled');
  expect(verdict({ rows: 10 }, { by: 'counts' })).toBe('unknown');
  expect(verdict({ rows: 10 }, { doubts: ['the log is another one'] })).toBe('unknown');
  expect(verdict({ rows: 10 }, { undecided: 1 })).toBe('unknown');
  expect(verdict({ lost: 1 }, { undecided: 1 })).toBe('lost');
  expect(verdict({ rows: 10, unjudged: 1 })).toBe('unknown');
  expect(verdict({ lost: 1 }, { keepsRows: false })).toBe('unknown');
  expect(verdict({ rows: 10 }, { keepsRows: false })).toBe('complete');
  expect(verdict({ lost: 1 }, { doubts: ['the log is another one'] })).toBe('lost');
  // A table that merges rows explains a missing row, but not an extra one.
  expect(verdict({ lost: 1, otherEvents: 1 }, { keepsRows: false })).toBe('lost');
});

test('a result with uncompared records is never complete', () => {
  const state = firstVerifyState(aVerifyPlan([10, 10]));
  const half = foldSlice(state, 0, {
    v: 1,
    next: 10,
    tally: { ...NO_TALLY, records: 10, rows: 10 },
  });
  for (const name of ['comparing', 'stopped'] as const) {
    expect(verifyReport(half, name)).toMatchObject({
      verdict: 'unknown',
      compared: 10,
      offsets: 20,
    });
  }
  expect(verifyReport(half, 'stopped').notes.join()).toContain('stopped');
  expect(startingReport()).toMatchObject({ state: 'starting', verdict: 'unknown' });
});

test('notes explain what numbers cannot', () => {
  expect(notes({ lost: 3 }, { keepsRows: false })).toContain('merges or deletes rows');
  const losesRows = 'db.t is a Buffer';
  const lossy = notes({ lost: 3 }, { keepsRows: false, losesRows });
  expect(lossy).toContain('does not keep what it acknowledges (db.t is a Buffer)');
  expect(lossy).not.toContain('merges or deletes rows');
  expect(notes({ lost: 3, lostUncommitted: 2 })).toContain('2 of the records');
  expect(notes({ removed: 7 })).toContain('Retention removed 7 offsets');
  expect(notes({ unjudged: 7 })).toContain('7 records are in batches that expand to more');
  expect(notes({}, { rowsBeforeLog: 1_234 })).toContain('1,234 rows are before');
  const counts = { by: 'counts', tableRows: 4 } as const;
  expect(notes({ records: 10, open: 2, skipped: 3 }, counts)).toContain('1 fewer');
  expect(notes({ records: 10, open: 2, skipped: 4 }, counts)).toContain('as many as');
  expect(notes({ records: 10, filtered: 7 }, counts)).toContain('1 more');
});

test('a report names what it compared beside offsets, and what differed', () => {
  const report = verifyReport(
    compared({ rows: 10, identified: 4, lost: 2, otherEvents: 2 }),
    'completed',
  );
  expect(report).toMatchObject({ identitiesCompared: 4, otherEvents: 2 });
  expect(report.notes.join()).toContain(
    'The events of 4 of 10 rows were compared with those of their records: the first row of every 1,000 offsets',
  );
  expect(report.notes.join()).toContain('2 of the lost records have a row of another event');
  expect(notes({ rows: 10 })).toContain('Only offsets were compared');
  expect(notes({ rows: 10 }, { by: 'counts' })).not.toContain('Only offsets');
  const contract = { name: 'table', hash: '0123456789abcdef' };
  expect(notes({ rows: 10 }, { contract })).toContain(
    'contract table has no id of type String, UUID, Int or UInt',
  );
});

test('offsets that the previous release compared are included in the totals', () => {
  const { identified, otherEvents, ...older } = { ...NO_TALLY, records: 10, rows: 10 };
  expect([identified, otherEvents]).toEqual([0, 0]);
  const state = { ...compared({}), found: [{ v: 1, next: 10, tally: older as Tally }] } as const;
  const report = verifyReport(state, 'completed');
  expect(report).toMatchObject({ verdict: 'complete', identitiesCompared: 0, otherEvents: 0 });
});

test('a report without lineage contains no unknown numbers', () => {
  const report = verifyReport(compared({ lost: 10 }, { by: 'counts', tableRows: 4 }), 'completed');
  expect(report).toMatchObject({ rows: 4, lost: null, doubled: null, withoutRecord: null });
  expect(report.partitions).toMatchObject([{ rows: null, lost: null }]);
  expect(verifyPage(report)).toContain('lost unknown');
});

const places = fc
  .uniqueArray(fc.nat(400), { maxLength: 300 })
  .map((list) => list.sort((a, b) => a - b));

test('ranges are maximal, however they are split, and only the first ones are kept', () => {
  fc.assert(
    fc.property(places, fc.nat(400), (offsets, cut) => {
      const whole = collectRanges(NO_RANGES);
      const first = collectRanges(NO_RANGES);
      for (const offset of offsets) {
        whole.add(offset);
        if (offset < cut) first.add(offset);
      }
      const second = collectRanges(first.tally());
      for (const offset of offsets) if (offset >= cut) second.add(offset);
      expect(second.tally()).toEqual(whole.tally());
      const starts = offsets.filter((offset, index) => offsets[index - 1] !== offset - 1);
      expect(whole.tally().total).toBe(starts.length);
      expect(whole.tally().first.map(([start]) => start)).toEqual(starts.slice(0, RANGES_REPORTED));
    }),
  );
});

test('the report keeps the first ranges of all partitions, in whatever order they end', () => {
  const count = 8;
  const each = 30;
  const order = fc.shuffledSubarray([...Array(count).keys()], { minLength: count });
  fc.assert(
    fc.property(order, (ended) => {
      let state = firstVerifyState(aVerifyPlan(Array<number>(count).fill(100)));
      for (const partition of ended) {
        const lost = collectRanges(NO_RANGES);
        for (let index = 0; index < each; index++) lost.add(index * 2);
        const tally = { ...NO_TALLY, lost: each, lostRanges: lost.tally() };
        state = foldSlice(state, partition, { v: 1, next: 100, tally });
      }
      const { total, first } = verifyReport(state, 'completed').lostRanges;
      expect(total).toBe(count * each);
      expect(first).toHaveLength(RANGES_REPORTED);
      expect(first.at(-1)).toEqual({ partition: 3, first: '18', end: '19' });
      const kept = state.found.reduce((sum, { tally }) => sum + tally.lostRanges.first.length, 0);
      expect(kept).toBe(RANGES_REPORTED);
    }),
  );
});

test("the state of a thousand partitions with losses everywhere fits Temporal's limit", () => {
  let state = firstVerifyState(aVerifyPlan(Array<number>(1_000).fill(2 ** 40), {}));
  for (let partition = 0; partition < 1_000; partition++) {
    const lost = collectRanges(NO_RANGES);
    for (let index = 0; index < 200; index++) lost.add(2 ** 39 + index * 2);
    const tally = {
      ...NO_TALLY,
      records: 2 ** 39,
      rows: 2 ** 39,
      lost: 200,
      lostRanges: lost.tally(),
    };
    state = foldSlice(state, partition, { v: 1, next: 2 ** 40, tally });
  }
  expect(JSON.stringify(state).length).toBeLessThan(1_024 * 1_024);
  expect(JSON.stringify(verifyReport(state, 'completed')).length).toBeLessThan(1_024 * 1_024);
  expect(verifyPage(verifyReport(state, 'completed')).length).toBeLessThan(20_000);
});

test('a count of one is in the singular', () => {
  const one = notes({ lost: 1, lostUncommitted: 1, removed: 1 }, { rowsBeforeLog: 1 });
  expect(one).toContain('1 of the records without a row is at or after');
  expect(one).toContain('may still insert it.');
  expect(one).toContain('Retention removed 1 offset before it was compared.');
  expect(one).toContain('1 row is before the start of the log');
});
