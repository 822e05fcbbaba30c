// Promise: `millrace stop` says how many records the pipeline left in Kafka and which partitions were held, so that a stop of a
// held pipeline does not look like a finished one.
import { expect, test } from 'vitest';
import { leftLines } from '../../../../src/cli/verbs/stop.js';
import type { Hold } from '../../../../src/domain/holds/hold.js';

const AT = '2026-11-23T07:00:00.000Z';
const hold = (partition: number): Hold => ({
  ...{ partition, reason: 'TableRefuses', since: AT, detail: '' },
  range: { partition, first: '0', end: '10' },
});

test('unread records and holds are named with their numbers', () => {
  expect(leftLines({ lag: 2_050, lagSeenAt: AT, holds: [hold(0), hold(1)] })).toEqual([
    '2,050 records were left in Kafka (seen 2026-11-23T07:00:00Z).',
    '2 partitions were held (TableRefuses 2): the next start tries their records again, and holds them again if the cause is still there.',
  ]);
  expect(leftLines({ lag: 1, lagSeenAt: null, holds: [] })).toEqual([
    '1 record was left in Kafka.',
  ]);
});

test('nothing is added if nothing is left, or if no worker says', () => {
  expect(leftLines({ lag: 0, lagSeenAt: AT, holds: [] })).toEqual([]);
  expect(leftLines(null)).toEqual([]);
});
