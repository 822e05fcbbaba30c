// Promise: a redrive says whether it was a dry run, what became of the dead letters by reason, and how to apply it.
import { expect, test } from 'vitest';
import type { RedriveReport } from '../../../src/domain/redrive/public-types.js';
import { DRY_RUN } from '../../../src/domain/redrive/report.js';
import { redriveLines, redriveProgress } from '../../../src/cli/redrive-lines.js';
import { PLAIN } from '../../../src/cli/text/style.js';

function aReport(changes: Partial<RedriveReport> = {}): RedriveReport {
  return {
    ...{
      state: 'completed',
      action: 'redrive',
      dryRun: true,
      topic: 'orders',
      table: 'shop.orders',
    },
    ...{ chosen: 12, letters: 12, redriven: 10, redrivenByReason: { invalid_json: 10 } },
    ...{ alreadyThere: 1, rejected: 2, rejectedByReason: { wrong_type: 2 }, filtered: 0 },
    ...{ dropped: 0, otherContracts: {}, notes: [DRY_RUN, 'others were left alone'] },
    ...changes,
  };
}

const text = (report: RedriveReport) => redriveLines(report, PLAIN).join('\n');

test('a dry run says what would be done, and how to do it', () => {
  expect(text(aReport()))
    .toBe(`dry run of redrive  12 of 12 open dead letters of orders and shop.orders
would become rows 10: invalid_json 10
still rejected 2: wrong_type 2
already in the table 1 · filtered by the transform 0
- others were left alone
Nothing was changed. Run it again with --apply to make these changes.`);
});

test('the lines say what was done', () => {
  const done = text(aReport({ dryRun: false }));
  expect(done).toContain('became rows 10');
  expect(done).not.toContain('--apply');
  expect(text(aReport({ action: 'drop', dryRun: false, dropped: 12 }))).toContain('\ndropped 12\n');
});

test('progress fits in one line', () => {
  expect(redriveProgress(aReport({ letters: 3 }))).toBe('3 of 12 dead letters');
  expect(redriveProgress(aReport({ state: 'waiting' }))).toContain('another redrive');
});
