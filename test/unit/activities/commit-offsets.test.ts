// Promise: a commit outside of a batch never replaces that of another running pipeline. If the owner of the group is unknown,
// the commit is retried, or abandoned if nothing depends on it. Checked over in-memory ports.
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { commitOffsets } from '../../../src/activities/commit-offsets.js';
import type { CommitInput } from '../../../src/activities/index.js';
import type { CommittedSoon, OffsetToCommit } from '../../../src/domain/log/group-offsets.js';
import { commitMetadata } from '../../../src/domain/pipeline/commit-metadata.js';

const INPUT: CommitInput = { topic: 't', groupId: 'g', cursors: ['5', '7'], only: [1] };

async function committed(input: CommitInput, known: CommittedSoon) {
  const commits: (readonly OffsetToCommit[])[] = [];
  const answer = await new MockActivityEnvironment().run(
    commitOffsets as (...args: unknown[]) => Promise<string | null>,
    input,
    {
      groups: {
        committedSoon: () => Promise.resolve(known),
        commit: (_group: string, _topic: string, offsets: readonly OffsetToCommit[]) => {
          commits.push(offsets);
          return Promise.resolve({ kind: 'committed' });
        },
      },
      workflows: { isRunning: (name: string) => Promise.resolve(name === 'other') },
    },
  );
  return { answer, commits };
}

function by(workflowId: string): CommittedSoon {
  const metadata = commitMetadata({ workflowId, batch: 1, topicId: '', log: undefined });
  return { kind: 'known', offsets: [{ partition: 1, offset: 3, metadata }] };
}

const UNKNOWN: CommittedSoon = { kind: 'unknown', why: 'nobody answers' };

test('the offsets of the named partitions are committed', async () => {
  const { answer, commits } = await committed({ ...INPUT, unlessOwned: true }, by('ended'));
  expect(answer).toBeNull();
  expect(commits).toMatchObject([[{ partition: 1, offset: 7 }]]);
});

test('another running pipeline in the group is left alone', async () => {
  for (const more of [{}, { isOptional: true } as const]) {
    const input = { ...INPUT, ...more, unlessOwned: true } as const;
    const { answer, commits } = await committed(input, by('other'));
    expect(answer).toContain('other');
    expect(commits).toEqual([]);
  }
});

test('if the owner is unknown, the commit fails so that it is retried, unless nothing depends on it', async () => {
  const input = { ...INPUT, unlessOwned: true } as const;
  await expect(committed(input, UNKNOWN)).rejects.toThrow('nobody answers');
  const { answer, commits } = await committed({ ...input, isOptional: true }, UNKNOWN);
  expect(answer).toContain('nobody answers');
  expect(commits).toEqual([]);
});
