// Promise: the verdict says plainly that content differs, and is 'complete' only if every value could be judged. What a report
// lists is bounded over all partitions, and a state from before values were compared is not misread. Checked on states made by
// hand.
import { expect, test } from 'vitest';
import {
  DIFFERENCES_REPORTED,
  VERIFY_CONTENT_SLICE_OFFSETS,
} from '../../../../src/domain/limits.js';
import { verifyPage } from '../../../../src/domain/verify/details-page.js';
import { type ContentTally, NO_CONTENT } from '../../../../src/domain/verify/content-tally.js';
import type { VerifyPlan } from '../../../../src/domain/verify/plan.js';
import { verifyReport } from '../../../../src/domain/verify/report.js';
import {
  firstVerifyState,
  foldSlice,
  nextSlice,
  type VerifyState,
} from '../../../../src/domain/verify/state.js';
import { NO_TALLY, type Tally } from '../../../../src/domain/verify/tally.js';
import { aVerifyPlan } from '../../../support/verify-builders.js';

const CONTENT = {
  columns: [
    { name: 'id', type: 'Int64' },
    { name: 'note', type: 'String' },
  ],
  uncompared: [{ column: 'day', why: 'it is MATERIALIZED' }],
};

const values = (total: number): ContentTally['differences'] => ({
  total,
  first: Array.from({ length: Math.min(total, DIFFERENCES_REPORTED) }, (_, index) => [index, 'id']),
});

function compared(
  content: Partial<ContentTally>,
  tally: Partial<Tally> = {},
  plan: Partial<VerifyPlan> = {},
): VerifyState {
  const state = firstVerifyState(aVerifyPlan([10], { content: CONTENT, ...plan }));
  const values = { ...NO_CONTENT, rows: 10, ...content };
  const found = { ...NO_TALLY, records: 10, rows: 10, ...tally, content: values };
  return foldSlice(state, 0, { v: 1, next: 10, tally: found });
}

test('each verdict says that content differs, beside other faults', () => {
  const verdict = (content: Partial<ContentTally>, tally: Partial<Tally> = {}) =>
    verifyReport(compared(content, tally), 'completed').verdict;
  const differences = values(1);
  expect(verdict({})).toBe('complete');
  expect(verdict({ differences })).toBe('different');
  expect(verdict({ differences }, { lost: 1 })).toBe('lost-and-different');
  expect(verdict({ differences }, { doubled: 1 })).toBe('doubled-and-different');
  expect(verdict({ differences }, { lost: 1, doubled: 1 })).toBe('lost-and-doubled-and-different');
  expect(verdict({ predating: values(1) })).toBe('unknown');
  expect(verdict({ uncomparedRows: 1 })).toBe('unknown');
  expect(verdict({ predating: values(1), differences })).toBe('different');
});

test('a report names columns, counts and offsets, and its notes and page describe them', () => {
  const content = {
    differingRows: 3,
    differences: values(4),
    predating: values(2),
    uncomparedRows: 5,
  };
  const report = verifyReport(compared(content), 'completed');
  expect(report.content).toMatchObject({
    columns: ['id', 'note'],
    uncompared: [{ column: 'day', why: 'it is MATERIALIZED' }],
    ...{ sample: null, rows: 10, uncomparedRows: 5, differingRows: 3 },
    differences: { total: 4 },
    predating: { total: 2 },
  });
  expect(report.content?.differences.first[3]).toEqual({ partition: 0, offset: '3', column: 'id' });
  const notes = report.notes.join('\n');
  expect(notes).toContain('The values of 10 rows were compared, in 2 columns: all rows.');
  expect(notes).toContain('Not compared: day (it is MATERIALIZED).');
  expect(notes).toContain('3 rows have values that differ');
  expect(notes).toContain(
    '2 values differ but are the default of their column, or have fewer digits',
  );
  expect(notes).toContain('5 rows could not be compared');
  const page = verifyPage(report);
  expect(page).toContain('**rows that differ 3**');
  expect(page).toContain('Different: p0 0 id · p0 1 id');
  const sampled = compared({}, {}, { content: { ...CONTENT, sample: 50 } });
  expect(verifyReport(sampled, 'completed').notes.join()).toContain('50 of every 500,000 offsets');
});

test('contracts without ids have no note that only offsets were compared', () => {
  const contract = { name: 'table', hash: '0123456789abcdef' };
  const report = verifyReport(compared({}, {}, { contract }), 'completed');
  expect(report.notes.join()).not.toContain('Only offsets');
});

test('a page stays small, however many columns there are', () => {
  const uncompared = Array.from({ length: 1_000 }, (_, index) => ({
    column: `column_${index}`,
    why: 'the contract does not fill it',
  }));
  const report = verifyReport(
    compared({}, {}, { content: { ...CONTENT, uncompared } }),
    'completed',
  );
  expect(report.content?.uncompared).toHaveLength(1_000);
  expect(report.notes.join()).toContain('and 980 more columns');
  expect(verifyPage(report).length).toBeLessThan(20_000);
});

test('over many partitions the state and the report keep the first values and all totals', () => {
  let state = firstVerifyState(aVerifyPlan(Array<number>(5).fill(100), { content: CONTENT }));
  for (let partition = 4; partition >= 0; partition--) {
    const content = { ...NO_CONTENT, differences: values(60) };
    state = foldSlice(state, partition, { v: 1, next: 100, tally: { ...NO_TALLY, content } });
  }
  const { differences } = verifyReport(state, 'completed').content!;
  expect(differences.total).toBe(300);
  expect(differences.first).toHaveLength(DIFFERENCES_REPORTED);
  expect(differences.first.at(-1)).toMatchObject({ partition: 1, offset: '39' });
  const kept = state.found.map(({ tally }) => tally.content?.differences.first.length);
  expect(kept).toEqual([60, 40, 0, 0, 0]);
});

test('slices carry what is compared, and are smaller than those of offsets alone', () => {
  const plan = aVerifyPlan([9_000_000], { content: CONTENT });
  const slice = nextSlice(firstVerifyState(plan), 0);
  expect(slice).toMatchObject({ content: CONTENT, range: { end: VERIFY_CONTENT_SLICE_OFFSETS } });
  const offsets = nextSlice(firstVerifyState(aVerifyPlan([9_000_000])), 0);
  expect(offsets).not.toHaveProperty('content');
});

test('a state of the previous release has no values, and reports none', () => {
  const state = firstVerifyState(aVerifyPlan([10]));
  const tally = { ...NO_TALLY, records: 10, rows: 10 };
  const report = verifyReport(foldSlice(state, 0, { v: 1, next: 10, tally }), 'completed');
  expect(report).toMatchObject({ verdict: 'complete' });
  expect(report).not.toHaveProperty('content');
});
