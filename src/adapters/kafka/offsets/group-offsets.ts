import type {
  CommittedOffset,
  CommittedSoon,
  GroupOffsets,
} from '../../../domain/log/group-offsets.js';
import { formatAddress } from '../protocol/address.js';
import type { PatientAsker } from '../client/patience.js';
import { BrokerRefused, isGroupTaken, isTransient } from '../protocol/errors.js';
import {
  type OffsetCommit,
  offsetCommitRequest,
  offsetFetchRequest,
} from '../protocol/group-offsets.js';
import type { TopicClient } from '../client/topic-client.js';

/** What the group has committed, for every partition of the topic. */
export async function committedOffsets(
  client: TopicClient,
  groupId: string,
): Promise<readonly CommittedOffset[]> {
  const { topic } = await client.metadata();
  const coordinator = await client.coordinator(groupId);
  const request = offsetFetchRequest(
    groupId,
    client.topic,
    topic.partitions.map(({ partition }) => partition),
  );
  const { code, partitions } = await client.send(coordinator, request);
  for (const refusal of [code, ...partitions.map((found) => found.code)]) {
    if (refusal === 0) continue;
    throw new BrokerRefused(formatAddress(coordinator), { code: refusal, of: request.name });
  }
  return partitions.map(({ partition, offset, leaderEpoch, metadata }) => ({
    partition,
    offset: offset < 0 ? null : offset,
    metadata,
    ...(leaderEpoch >= 0 && { leaderEpoch }),
  }));
}

/** As `committedOffsets`, but does not wait for a coordinator that is silent, or for one to be elected. */
export async function committedSoon(
  client: TopicClient,
  asker: PatientAsker,
  groupId: string,
): Promise<CommittedSoon> {
  const asked = await asker.ask(groupId, () =>
    client.retryOnce(() => committedOffsets(client, groupId)),
  );
  switch (asked.kind) {
    case 'answer':
      return { kind: 'known', offsets: asked.answer };
    case 'silent': {
      const coordinator = client.knownCoordinator(groupId);
      const name =
        coordinator === null
          ? 'the coordinator of the group'
          : `Kafka broker ${formatAddress(coordinator)}, the coordinator of the group,`;
      const since = new Date(asked.sinceMs).toISOString();
      return { kind: 'unknown', why: `${name} has not answered since ${since}` };
    }
    case 'failed':
      if (!isTransient(asked.error)) throw asked.error;
      return { kind: 'unknown', why: (asked.error as Error).message };
  }
}

/** If the caller cancels a commit, requests that can do without the coordinator no longer wait for it. */
export async function notingSilence<Outcome>(
  asker: PatientAsker,
  { groupId, signal }: { readonly groupId: string; readonly signal: AbortSignal | undefined },
  commit: () => Promise<Outcome>,
): Promise<Outcome> {
  const sinceMs = Date.now();
  try {
    return await commit();
  } catch (error) {
    if (signal?.aborted) asker.noteSilence(groupId, sinceMs);
    throw error;
  }
}

/** Commits all partitions in one request. Kafka accepts or refuses each of them; one refusal is reported for all. */
export async function commitOffsets(
  client: TopicClient,
  commit: Omit<OffsetCommit, 'topic'>,
  signal?: AbortSignal,
): ReturnType<GroupOffsets['commit']> {
  const { groupId, offsets } = commit;
  if (offsets.length === 0) return { kind: 'committed' };
  const coordinator = await client.coordinator(groupId);
  const request = offsetCommitRequest({ ...commit, topic: client.topic });
  const answers = await client.send(coordinator, request, signal);
  for (const { code } of answers) {
    if (code === 0) continue;
    const refused = new BrokerRefused(formatAddress(coordinator), { code, of: request.name });
    if (!isGroupTaken(code)) throw refused;
    const why = `another consumer uses group "${groupId}", so Kafka accepts offsets only from that consumer: stop it, or give this pipeline another group (${refused.message})`;
    return { kind: 'refused', why };
  }
  return { kind: 'committed' };
}
