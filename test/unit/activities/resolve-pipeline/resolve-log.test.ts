// Promise: a start takes rows and committed offsets for its own only if they are of the log that it reads, and asks if that is
// unknown. Checked over in-memory ports in Temporal's activity environment.
import { expect, test } from 'vitest';
import { resolveIn as resolve, TARGET } from '../../../support/resolve-world.js';

const OLD = 'sJ0pkQGkTzCTv0mf9NpbXg';

test('a table with rows of only another log stops the start with what was found and both answers', async () => {
  const newest = [
    { partition: 0, epoch: 2, offset: 8, topicId: OLD },
    { partition: 1, epoch: 0, offset: 1, topicId: OLD },
  ];
  const asked = resolve({}, { newest, committed: [6, 0] });
  await expect(asked).rejects.toMatchObject({ type: 'NeedsDecision', nonRetryable: true });
  await expect(asked).rejects.toThrow(
    `default.env_table holds 2 rows and dead letters of topic "env-topic" from another log (topic id ${OLD}; it is topic-1 in Kafka): the topic was recreated, or the brokers belong to another cluster. If the topic now has other records, start with "log":"new":`,
  );
  for (const input of [{ from: 'earliest' }, { until: 'now' }] as const) {
    await expect(resolve(input, { newest })).rejects.toThrow(
      'start with "log":"same": the rows then count',
    );
  }
});

test('a new log is read from its start, in an epoch that the table does not contain', async () => {
  const newest = [{ partition: 0, epoch: 2, offset: 8, topicId: OLD }];
  const letters = [{ partition: 7, epoch: 4, topicId: OLD, first: 0, end: 1, count: 1 }];
  const resolved = await resolve({ log: 'new' }, { newest, letters });
  expect(resolved).toMatchObject({
    log: { choice: 'new', sameAs: [], unknownSince: 5, firstEpoch: 5 },
    epoch: [5, 5],
    cursor: ['5', '0'],
    reconcileUntil: ['0', '0'],
    warnings: [],
  });
});

test('the rows of a mirrored log count as its own', async () => {
  const newest = [{ partition: 0, epoch: 2, offset: 8, topicId: OLD }];
  expect(await resolve({ log: 'same' }, { newest })).toMatchObject({
    log: { choice: 'same', sameAs: [OLD], firstEpoch: 0 },
    epoch: [2, 0],
    reconcileUntil: ['9', '0'],
  });
});

test('a mirror that lacks records that are rows is refused', async () => {
  const newest = [{ partition: 1, epoch: 0, offset: 2, topicId: OLD }];
  await expect(resolve({ log: 'same' }, { newest })).rejects.toThrow(
    `holds rows of topic "env-topic" (topic id ${OLD}) up to offset 3 of partition 1, and the log ends at 2: records that the table already has are missing from the log`,
  );
});

test('rows of other logs beside its own are named and do not count', async () => {
  const newest = [
    { partition: 0, epoch: 3, offset: 8, topicId: OLD },
    { partition: 0, epoch: 1, offset: 6 },
  ];
  const resolved = await resolve({}, { newest, committed: [6, 0] });
  expect(resolved).toMatchObject({ epoch: [1, 4], reconcileUntil: ['7', '0'] });
  expect(resolved.warnings.join()).toContain(
    `from another log (topic id ${OLD}): they are ignored`,
  );
});

test('offsets that were committed for another log are not used, and a note says so', async () => {
  const world = { committed: [8, 1], metadata: `w/1/${OLD}` };
  const resolved = await resolve({}, world);
  expect(resolved.cursor).toEqual(['5', '0']);
  expect(resolved.warnings.join()).toContain('committed for another log');
});

test('rows without an id count as its own if the group has offsets, and otherwise the start asks', async () => {
  const newest = [{ partition: 0, epoch: 0, offset: 8, topicId: '' }];
  const columns = [...TARGET.columns, '_topic_id'];
  const resolved = await resolve({}, { newest, committed: [6, 0], target: { columns } });
  expect(resolved).toMatchObject({ epoch: [0, 0], reconcileUntil: ['9', '0'] });
  expect(resolved.warnings.join()).toContain('do not say which log they belong to: they count');
  await expect(resolve({}, { newest })).rejects.toThrow(
    'do not say which log they belong to, and group env-group has no offsets in it',
  );
});
