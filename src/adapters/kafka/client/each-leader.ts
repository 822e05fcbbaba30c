import type { Unavailable } from '../../../domain/log/topic-offsets.js';
import { formatAddress } from '../protocol/address.js';
import { isTransient, whyUnavailable } from '../protocol/errors.js';
import type { TopicClient } from './topic-client.js';

/** Sends a request to a broker. */
export type Ask = TopicClient['send'];

export interface EachLeader<Answer> {
  readonly answers: readonly Answer[];
  /** Items of leaders that are unreachable or silent. */
  readonly unanswered: readonly Unavailable[];
}

/**
 * Asks each leader on its own, so that one that is unreachable or silent does not delay the answers of the others. `question`
 * gets the items of one leader, and may ask several times.
 */
export async function askEachLeader<Item extends { readonly partition: number }, Answer>(
  client: TopicClient,
  items: readonly Item[],
  question: (items: readonly Item[], ask: Ask) => Promise<Answer>,
): Promise<EachLeader<Answer>> {
  const leaders = await client.leaders();
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const leader = leaders.of(item.partition);
    const name = leader === null ? '' : formatAddress(leader.address);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  const { signal } = new AbortController();
  const ask: Ask = (leader, request) => client.sendWhileAlive(leader, request, signal);
  const answers: Answer[] = [];
  const unanswered: Unavailable[] = [];
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const sinceMs = Date.now();
      try {
        // A leader that has just moved is found by asking again at once.
        answers.push(await client.retryOnce(() => question(group, ask)));
      } catch (error) {
        if (!isTransient(error)) throw error;
        for (const { partition } of group) {
          const leader = leaders.of(partition);
          const broker = leader === null ? null : client.brokerName(leader.address);
          unanswered.push({ partition, why: whyUnavailable(error), broker, sinceMs });
        }
      }
    }),
  );
  return { answers, unanswered };
}
