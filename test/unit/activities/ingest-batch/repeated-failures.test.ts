// Promise: an attempt knows how often the same failure ended earlier attempts, and whether one of their inserts may still
// arrive. Checked over the heartbeats that one attempt leaves to the next.
import { expect, test } from 'vitest';
import { createRepeatedFailures } from '../../../../src/activities/ingest-batch/repeated-failures.js';
import {
  type InsertError,
  InsertFailed,
} from '../../../../src/domain/insert-failures/insert-error.js';
import { anInsertError } from '../../../support/insert-errors.js';

const REFUSED = anInsertError({ code: 376 });
const CUT_OFF = anInsertError({ kind: 'network', sent: 'part' });
const ANSWER_LOST = anInsertError({ kind: 'network', sent: 'whole' });

/** What the next attempt receives after these ended with these errors. Null: it was killed. */
function after(...ends: readonly (Error | InsertError | null)[]) {
  let details: unknown;
  for (const [index, end] of ends.entries()) {
    const attempt = createRepeatedFailures(details, index + 1);
    if (end !== null) attempt.ended(end instanceof Error ? end : new InsertFailed(end));
    details = JSON.parse(JSON.stringify([[0, 100, 7], attempt.told()]));
  }
  return createRepeatedFailures(details, ends.length + 1);
}

test('the same failure is counted, and a different one restarts the count', () => {
  expect(after().countOf(REFUSED)).toBe(1);
  expect(after(REFUSED, REFUSED).countOf(REFUSED)).toBe(3);
  expect(after(REFUSED, REFUSED).countOf(CUT_OFF)).toBe(1);
  expect(after(REFUSED, CUT_OFF).countOf(REFUSED)).toBe(1);
});

test('a failure before anything is sent does not interrupt the count', () => {
  const away = new Error('Kafka is away');
  expect(after(REFUSED, away, REFUSED).countOf(REFUSED)).toBe(3);
});

test('an insert may arrive late if it was sent whole without an answer, or if an attempt was killed', () => {
  expect(after().mayArriveLate).toBe(false);
  expect(after(CUT_OFF, REFUSED).mayArriveLate).toBe(false);
  expect(after(CUT_OFF, ANSWER_LOST, CUT_OFF).mayArriveLate).toBe(true);
  expect(after(CUT_OFF, null, CUT_OFF).mayArriveLate).toBe(true);
  expect(after(null).mayArriveLate).toBe(true);
});

test('inserts without an answer count if the server answers queries between them', () => {
  expect(after(CUT_OFF, ANSWER_LOST).unanswered).toBe(2);
  expect(after(CUT_OFF, new Error('Kafka is away'), ANSWER_LOST).unanswered).toBe(2);
  expect(after(ANSWER_LOST, anInsertError({ kind: 'network', sent: 'nothing' })).unanswered).toBe(
    0,
  );
  expect(after(ANSWER_LOST, REFUSED).unanswered).toBe(0);
});

test('heartbeats of an older release contain no failures', () => {
  const attempt = createRepeatedFailures([[0, 100, 7]], 2);
  expect(attempt.countOf(REFUSED)).toBe(1);
  expect(attempt.mayArriveLate).toBe(true);
});
