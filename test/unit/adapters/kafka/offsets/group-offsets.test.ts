// Promise: a commit that another consumer blocks is reported as refused, one whose coordinator moves succeeds, and every other
// refusal is an error with Kafka's name for it. A caller that does not need the group's offsets does not wait for a coordinator.
// Checked against brokers in this process that give each answer.
import { afterEach, expect, test } from 'vitest';
import {
  type ScriptedKafka,
  startScriptedKafka,
} from '../../../../support/kafka-scripted-reader.js';
import { waitUntil } from '../../../../support/wait-until.js';

let scripted: ScriptedKafka;

async function start(...given: Parameters<typeof startScriptedKafka>) {
  scripted = await startScriptedKafka(...given);
  return scripted;
}

afterEach(() => scripted.close());

function commit({ kafka, cluster }: ScriptedKafka) {
  return kafka.groups.commit('group', cluster.topic, [{ partition: 0, offset: 5 }], 'workflow/1');
}

test('a live consumer in the group blocks the commit', async () => {
  const it = await start([{}]);
  // UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS, STALE_MEMBER_EPOCH.
  for (const code of [25, 22, 27, 113]) {
    it.cluster.commitCode = code;
    const outcome = await commit(it);
    expect(outcome.kind).toBe('refused');
    expect(outcome).toMatchObject({ why: expect.stringContaining(`(code ${code})`) as string });
  }
});

test('a coordinator that has moved is found again', async () => {
  const it = await start([{}], { brokers: 2 });
  expect(await commit(it)).toEqual({ kind: 'committed' });
  it.cluster.coordinator = 1;
  expect(await commit(it)).toEqual({ kind: 'committed' });
  expect(it.cluster.seen.filter((name) => name.startsWith('OffsetCommit'))).toEqual([
    'OffsetCommit 0',
    'OffsetCommit 0',
    'OffsetCommit 1',
  ]);
});

test('a missing permission is an error at once, with its name and what to do', async () => {
  const it = await start([{}]);
  it.cluster.commitCode = 30;
  await expect(commit(it)).rejects.toThrow(/GROUP_AUTHORIZATION_FAILED.*grant/);
  expect(it.cluster.seen.filter((name) => name.startsWith('OffsetCommit')).length).toBe(1);
});

test('an empty commit sends no request', async () => {
  const { kafka, cluster } = await start([{}]);
  expect(await kafka.groups.commit('group', cluster.topic, [], '')).toEqual({ kind: 'committed' });
  expect(cluster.seen).toEqual([]);
});

test('an optional query does not wait for a coordinator that hangs, and succeeds when it answers again', async () => {
  const { kafka, cluster } = await start([{}], { limits: { silentAfterMs: 100 } });
  const soon = () => kafka.groups.committedSoon('group', cluster.topic);
  const isKnown = async () => (await soon()).kind === 'known';
  await waitUntil(isKnown, { what: 'the coordinator answers' });
  cluster.isHeld = (name) => name === 'OffsetFetch';
  const unknown = await soon();
  expect(unknown).toMatchObject({ kind: 'unknown' });
  expect((unknown as { why: string }).why).toMatch(
    new RegExp(
      `^Kafka broker ${cluster.addresses[0]!}, the coordinator of the group, has not answered since 2`,
    ),
  );
  // Since the same instant, and without another request.
  cluster.seen.length = 0;
  expect(await soon()).toEqual(unknown);
  expect(cluster.seen).toEqual([]);
  cluster.answerHeld();
  await waitUntil(isKnown, { what: 'the coordinator answers again' });
  expect(await soon()).toMatchObject({ offsets: [{ partition: 0, offset: 5 }] });
});

test('a cancelled commit counts as silence: an optional query is sent and does not wait for the answer', async () => {
  const { kafka, cluster } = await start([{}]);
  const soon = () => kafka.groups.committedSoon('group', cluster.topic);
  expect((await soon()).kind).toBe('known');
  cluster.isHeld = (name) => name === 'OffsetCommit';
  const late = new AbortController();
  const { signal } = late;
  const offsets = [{ partition: 0, offset: 5 }];
  const committing = kafka.groups.commit('group', cluster.topic, offsets, 'workflow/1', signal);
  const isAsked = () => cluster.seen.some((name) => name.startsWith('OffsetCommit'));
  await waitUntil(isAsked, { what: 'the coordinator is asked to commit' });
  late.abort(new Error('too late'));
  await expect(committing).rejects.toThrow('too late');
  expect((await soon()).kind).toBe('unknown');
  await waitUntil(async () => (await soon()).kind === 'known', { what: 'the coordinator answers' });
});

test('a group without a coordinator is unknown at once, and a coordinator that moved is found', async () => {
  const { kafka, cluster } = await start([{}], { brokers: 2 });
  const soon = () => kafka.groups.committedSoon('group', cluster.topic);
  cluster.coordinator = -1;
  expect(await soon()).toMatchObject({
    kind: 'unknown',
    why: expect.stringContaining('COORDINATOR_NOT_AVAILABLE') as string,
  });
  cluster.coordinator = 0;
  expect((await soon()).kind).toBe('known');
  cluster.coordinator = 1;
  expect((await soon()).kind).toBe('known');
});
