// Promise: in a record batch that is too large to read, offsets are judged as far as rows, dead letters and skips tell. Checked
// on comparisons made by hand.
import { expect, test } from 'vitest';
import { createComparison } from '../../../../src/domain/verify/comparison.js';
import { NO_TALLY } from '../../../../src/domain/verify/tally.js';

test('in an unreadable batch, rows and dead letters count, and other offsets are not judged', () => {
  const compare = (rows: readonly number[], records: number, skip = false) => {
    const comparison = createComparison({ first: 0, end: 10, epochs: [], committed: null });
    for (const row of rows) comparison.addRow(0, row);
    if (skip) {
      comparison.addLetter({
        ...{ epoch: 0, first: 2, end: 6, isSkip: true, status: 'open', timestampMs: 0 },
      });
    }
    comparison.addUnread({ first: 2, end: 6, records });
    return comparison.addTo(NO_TALLY);
  };
  expect(compare([2, 3, 4, 5], 4)).toMatchObject({ records: 4, rows: 4, lost: 0, unjudged: 0 });
  expect(compare([2, 5], 2)).toMatchObject({ records: 2, rows: 2, lost: 0, unjudged: 0 });
  expect(compare([2, 3], 4)).toMatchObject({ records: 2, rows: 2, lost: 0, unjudged: 2 });
  expect(compare([], 4, true)).toMatchObject({ records: 4, skipped: 4, lost: 0, unjudged: 0 });
  expect(compare([3, 3], 1)).toMatchObject({ records: 1, rows: 2, doubled: 1 });
});
