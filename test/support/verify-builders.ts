import type { VerifyPlan } from '../../src/domain/verify/plan.js';

/** Partitions from 0 to these ends, on a table with lineage. */
export function aVerifyPlan(
  ends: readonly number[],
  changes: Partial<VerifyPlan> = {},
): VerifyPlan {
  return {
    topic: 'stream-events',
    topicId: 'topic-1',
    groupId: 'group',
    table: { database: 'default', table: 'stream_events' },
    hasDeadLetters: true,
    by: 'offsets',
    keepsRows: true,
    tableRows: 0,
    rowsBeforeLog: 0,
    partitions: ends.map((end, partition) => ({
      partition,
      first: 0,
      end,
      committed: end,
      epochs: [],
    })),
    doubts: [],
    notes: [],
    ...changes,
  };
}
