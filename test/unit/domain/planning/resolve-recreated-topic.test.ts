// Promise: all partitions of a recreated topic get the same epoch, including those whose batch only saw that its offsets are out
// of range. Checked on holds in the order that once resulted in two epochs.
import { expect, test } from 'vitest';
import { resolveHold } from '../../../../src/domain/planning/resolve-hold.js';
import type { HeldPlan } from '../../../../src/domain/pipeline/state.js';
import { aState, NOW_MS } from '../../../support/pipeline-builders.js';

function rewound(partition: number, foundTopicId?: string): HeldPlan {
  return {
    hold: {
      ...{ partition, reason: 'TopicRewound', since: '', detail: 'why', firstAvailable: '0' },
      range: { partition, first: '10', end: '10' },
    },
    plan: null,
    ...(foundTopicId !== undefined && { foundTopicId }),
  };
}

test('"continue" reads all partitions of the new topic from its start, in one epoch', () => {
  const state = aState([100, 100], { holds: [rewound(1), rewound(0, 'new')] });
  const resolution = resolveHold(
    state,
    { partition: 'all', action: 'continue' },
    { inHand: [], nowMs: NOW_MS },
  );
  if (resolution.kind === 'refused') throw new Error(resolution.why);
  const { topicId, partitions, holds } = resolution.state;
  expect(holds).toEqual([]);
  expect(topicId).toBe('new');
  expect(partitions).toMatchObject({ epoch: [1, 1], cursor: ['0', '0'] });
});
