import type {
  AvailableOffsets,
  PartitionOffsets,
  Unavailable,
  WhyUnavailable,
} from '../../../domain/log/topic-offsets.js';
import { type PatienceLimits, PatientAsker } from '../client/patience.js';
import { type Address, brokerName, formatAddress } from '../protocol/address.js';
import { isTransient, whyUnavailable } from '../protocol/errors.js';
import type { Metadata } from '../protocol/metadata.js';
import { pause } from '../client/retry.js';
import type { TopicClient } from '../client/topic-client.js';
import { offsetsOfLeader, partitionsOf } from './topic-offsets.js';

const RETRY_MS = 100;

interface Leader {
  readonly address: Address;
  /** For people: number and address. */
  readonly name: string;
  readonly partitions: number[];
}

type Missing = Omit<Unavailable, 'sinceMs'> & { readonly sinceMs: number | null };

/** Where the partitions of one topic begin and end, as far as their leaders answer. Remembers since when some don't. */
export class AvailableOffsetsReader {
  readonly #client: TopicClient;
  readonly #patienceMs: number;
  readonly #asker: PatientAsker;
  /** By partition, in milliseconds since 1970. */
  #missingSinceMs = new Map<number, number>();

  constructor(client: TopicClient, limits: PatienceLimits) {
    this.#client = client;
    this.#patienceMs = limits.silentAfterMs;
    this.#asker = new PatientAsker(limits);
  }

  /** Leaders move within moments, so partitions that have been missing only for a moment are requested again. */
  async read(): Promise<AvailableOffsets> {
    for (;;) {
      const found = await this.#look();
      const nowMs = Date.now();
      if (found.unavailable.every(({ sinceMs }) => nowMs - sinceMs >= this.#patienceMs))
        return found;
      await pause(RETRY_MS);
    }
  }

  async #look(): Promise<AvailableOffsets> {
    const metadata = await this.#client.metadata();
    const all = partitionsOf(metadata.topic);
    const leaders = leadersOf(metadata);
    const answers = await Promise.all(leaders.map((leader) => this.#ask(leader)));
    const partitions = new Map(answers.flatMap(({ found }) => [...found]));
    const missing = new Map(
      answers.flatMap((answer) => answer.missing.map((each) => [each.partition, each] as const)),
    );
    return {
      topicId: metadata.topic.topicId,
      partitionCount: all.length,
      partitions,
      unavailable: this.#sinceWhen(
        all
          .filter((partition) => !partitions.has(partition))
          .map((partition) => missing.get(partition) ?? leaderless(partition)),
      ),
    };
  }

  async #ask({ address, name, partitions }: Leader): Promise<{
    readonly found: ReadonlyMap<number, PartitionOffsets>;
    readonly missing: readonly Missing[];
  }> {
    const asked = await this.#asker.ask(formatAddress(address), () =>
      offsetsOfLeader(this.#client, address, partitions),
    );
    const missing = (why: WhyUnavailable, sinceMs: number | null = null) =>
      partitions.map((partition): Missing => ({ partition, why, broker: name, sinceMs }));
    switch (asked.kind) {
      case 'answer':
        return { found: asked.answer, missing: missing('refused') };
      case 'silent':
        return { found: new Map(), missing: missing('silent', asked.sinceMs) };
      case 'failed':
        if (!isTransient(asked.error)) throw asked.error;
        return { found: new Map(), missing: missing(whyUnavailable(asked.error)) };
    }
  }

  #sinceWhen(missing: readonly Missing[]): readonly Unavailable[] {
    const before = this.#missingSinceMs;
    const nowMs = Date.now();
    const unavailable = missing.map((each): Unavailable => {
      const sinceMs = before.get(each.partition) ?? each.sinceMs ?? nowMs;
      return { ...each, sinceMs };
    });
    this.#missingSinceMs = new Map(
      unavailable.map(({ partition, sinceMs }) => [partition, sinceMs]),
    );
    return unavailable;
  }
}

function leaderless(partition: number): Missing {
  return { partition, why: 'leaderless', broker: null, sinceMs: null };
}

/** The leaders with their partitions. Partitions without a leader are left out. */
function leadersOf({ brokers, topic }: Metadata): readonly Leader[] {
  const leaders = new Map<number, Leader>();
  for (const { partition, leader } of topic.partitions) {
    const address = brokers.get(leader);
    if (address === undefined) continue;
    const known = leaders.get(leader);
    if (known !== undefined) known.partitions.push(partition);
    else {
      const name = brokerName(leader, address);
      leaders.set(leader, { address, name, partitions: [partition] });
    }
  }
  return [...leaders.values()];
}
