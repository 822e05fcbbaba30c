import {
  type Common,
  type Divergence,
  type EpochEnd,
  type LogPosition,
  narrow,
  startComparing,
} from '../../../domain/log/divergence.js';
import { lastLeaderEpoch } from '../../../domain/log/leader-epochs.js';
import type { DivergencesSoon } from '../../../domain/ports/record-source.js';
import { formatAddress } from '../protocol/address.js';
import { BrokerRefused } from '../protocol/errors.js';
import {
  type EpochQuestion,
  offsetForLeaderEpochRequest,
} from '../protocol/offset-for-leader-epoch.js';
import { type Ask, askEachLeader } from '../client/each-leader.js';
import type { TopicClient } from '../client/topic-client.js';

interface Open {
  readonly position: LogPosition;
  readonly common: Common;
}

/**
 * Compares what was read from partitions with what their leaders hold. Takes one request to each leader, and more only if a
 * leader does not know the epoch that was read last.
 */
export function logDivergences(
  client: TopicClient,
  positions: readonly LogPosition[],
): Promise<readonly Divergence[]> {
  return compare(client, positions, (leader, request) => client.send(leader, request));
}

/** The same, without waiting for leaders that are unreachable or silent. */
export async function logDivergencesSoon(
  client: TopicClient,
  positions: readonly LogPosition[],
): Promise<DivergencesSoon> {
  const { answers, unanswered } = await askEachLeader(client, positions, (some, ask) =>
    compare(client, some, ask),
  );
  return { diverged: answers.flat(), unanswered };
}

async function compare(
  client: TopicClient,
  positions: readonly LogPosition[],
  send: Ask,
): Promise<readonly Divergence[]> {
  let open = positions
    .map((position): Open => ({ position, common: startComparing(position) }))
    .filter(({ common }) => common.isExact === null);
  const diverged: Divergence[] = [];
  // Each round rules out at least one epoch of a position, so the loop ends.
  while (open.length > 0) {
    const answers = await epochEnds(client, open, send);
    const next: Open[] = [];
    for (const { position, common } of open) {
      const answer = answers.get(position.partition);
      // A leader that knows no epochs at all can't be compared with.
      if (answer === undefined) continue;
      const narrowed = narrow(common, answer);
      if (narrowed.isExact === null) next.push({ position, common: narrowed });
      else if (narrowed.end < position.end) {
        const { end: offset, isExact } = narrowed;
        diverged.push({ partition: position.partition, offset, isExact });
      }
    }
    open = next;
  }
  return diverged;
}

/** What the leaders report about the last epoch of each position; nothing if a leader knows no epochs. */
async function epochEnds(
  client: TopicClient,
  open: readonly Open[],
  send: Ask,
): Promise<ReadonlyMap<number, EpochEnd>> {
  const questions = await Promise.all(
    open.map(async ({ position: { partition }, common }) => {
      const leaderEpoch = await client.leaderEpoch(partition);
      return { partition, leaderEpoch, epoch: lastLeaderEpoch(common.leaderEpochs) };
    }),
  );
  const answers = await ask(client, questions, send);
  // A leader that knows nothing up to this epoch may have an older log, or no epochs at all. Asking for its own one shows which.
  const unknown = questions.filter(
    ({ partition, leaderEpoch }) => leaderEpoch >= 0 && !answers.has(partition),
  );
  const own = unknown.map((question) => ({ ...question, epoch: question.leaderEpoch }));
  return new Map([...answers, ...(await ask(client, own, send))]);
}

/** Asks the leaders in parallel. Undefined answers are left out. */
async function ask(
  client: TopicClient,
  questions: readonly EpochQuestion[],
  send: Ask,
): Promise<ReadonlyMap<number, EpochEnd>> {
  const byLeader = await client.byLeader(questions, ({ partition }) => partition);
  const answers = await Promise.all(
    byLeader.map(async ({ leader, items }) => {
      const request = offsetForLeaderEpochRequest(client.topic, items);
      const found = await send(leader, request);
      for (const { code } of found) {
        if (code !== 0) throw new BrokerRefused(formatAddress(leader), { code, of: request.name });
      }
      return found;
    }),
  );
  return new Map(
    answers
      .flat()
      .filter(({ epoch, end }) => epoch >= 0 && end >= 0)
      .map(({ partition, epoch, end }) => [partition, { epoch, end }]),
  );
}
