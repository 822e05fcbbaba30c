import { TopicMissing } from '../../../domain/errors.js';
import { NO_LEADER_EPOCH } from '../../../domain/log/leader-epochs.js';
import type { BrokerConnections } from './broker-connections.js';
import { type Address, brokerName, formatAddress } from '../protocol/address.js';
import { distinct, type FirstAnswer, firstAnswer } from './first-answer.js';
import {
  BrokerRefused,
  BrokerSilent,
  isTopicMissing,
  isTransient,
  LeaderMissing,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../protocol/errors.js';
import { findCoordinatorRequest } from '../protocol/group-offsets.js';
import {
  type LedPartition,
  type Metadata,
  metadataRequest,
  type TopicMetadata,
} from '../protocol/metadata.js';
import type { KafkaLimits } from '../protocol/limits.js';
import type { KafkaRequest } from '../protocol/request.js';
import { pause, type Retry, withRetry } from './retry.js';
import type { SharedQuestions } from './shared-questions.js';

/** The leaders of partitions, as far as they are known at one moment. */
export interface Leaders {
  /** The leader of a partition; null if it has none. */
  of(partition: number): { readonly address: Address; readonly leaderEpoch: number } | null;
  /** Any broker by its number. */
  broker(id: number): Address | null;
}

/** A topic that was created a moment ago may not be known to every broker yet. */
const GRACE_MS = 300;

/** Pause between checks whether a broker still answers anything. */
const SILENCE_CHECK_MS = 100;

/** Finds the broker to ask: any, the leader of a partition, or the coordinator of a group. */
export class TopicClient {
  readonly topic: string;
  readonly #connections: BrokerConnections;
  readonly #questions: SharedQuestions;
  readonly #bootstrap: readonly Address[];
  readonly #limits: Pick<KafkaLimits, 'retryForMs' | 'silentAfterMs'>;
  readonly #coordinators = new Map<string, Address>();
  #metadata: Metadata | null = null;
  #brokers: readonly (readonly [number, Address])[] = [];
  /** The broker that answered last. It is asked first, because it most likely still answers. */
  #lastGood: Address | null = null;

  constructor(
    topic: string,
    options: {
      readonly connections: BrokerConnections;
      /** Shared by all topics. */
      readonly questions: SharedQuestions;
      readonly bootstrap: readonly Address[];
      readonly limits: Pick<KafkaLimits, 'retryForMs' | 'silentAfterMs'>;
    },
  ) {
    this.topic = topic;
    this.#connections = options.connections;
    this.#questions = options.questions;
    this.#bootstrap = options.bootstrap;
    this.#limits = options.limits;
  }

  /** As `withRetry`, but also looks up leaders and coordinators again: most failures mean that one has moved. */
  retry<T>(what: Pick<Retry, 'what' | 'signal'>, work: () => Promise<T>): Promise<T> {
    return withRetry({ ...what, forMs: this.#limits.retryForMs }, async () => {
      try {
        return await work();
      } catch (error) {
        if (isTransient(error)) this.forget();
        throw error;
      }
    });
  }

  /** Retries only once, and at once, in case that a coordinator or leader has moved. */
  async retryOnce<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      this.forget();
      return work();
    }
  }

  send<Answer>(
    address: Address,
    request: KafkaRequest<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> {
    // An aborted request can't be taken out of a joint request, so only requests without a signal are joined.
    if (request.joint !== undefined && signal === undefined) {
      return this.#questions.ask(address, request.joint);
    }
    return this.#connections.send(address, request, signal);
  }

  /** As `send`, for requests whose answers may take long: gives up on a broker that answers nothing else either. */
  async sendWhileAlive<Answer>(
    address: Address,
    request: KafkaRequest<Answer>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const silence = new AbortController();
    const timer = setInterval(() => {
      if (!this.#isSilent(address)) return;
      silence.abort(new BrokerSilent(formatAddress(address), 'does not answer'));
    }, SILENCE_CHECK_MS);
    try {
      return await this.send(address, request, AbortSignal.any([signal, silence.signal]));
    } finally {
      clearInterval(timer);
    }
  }

  /** Asks Kafka, and remembers the answer. Throws `TopicMissing`. */
  async metadata(): Promise<Metadata> {
    const request = metadataRequest(this.topic);
    let { answer, address } = await this.#sendToAny(request);
    if (answer.topic.code === UNKNOWN_TOPIC_OR_PARTITION) {
      await pause(GRACE_MS);
      ({ answer, address } = await this.#sendToAny(request));
    }
    const { code } = answer.topic;
    if (isTopicMissing(code)) throw new TopicMissing(this.topic);
    if (code !== 0) throw new BrokerRefused(formatAddress(address), { code, of: request.name });
    this.#metadata = answer;
    this.#brokers = [...answer.brokers];
    return answer;
  }

  /** The leader of a partition, from remembered metadata if there is any. */
  async leader(partition: number): Promise<Address> {
    const { brokers, topic } = this.#metadata ?? (await this.metadata());
    const known = partitionOf(topic, partition);
    const address = known && brokers.get(known.leader);
    if (address === undefined) throw new LeaderMissing(this.topic, partition);
    return address;
  }

  /** All leaders, from remembered metadata if there is any. */
  async leaders(): Promise<Leaders> {
    const { brokers, topic } = this.#metadata ?? (await this.metadata());
    return {
      of(partition) {
        const known = partitionOf(topic, partition);
        if (known === undefined) return null;
        const address = brokers.get(known.leader);
        return address === undefined ? null : { address, leaderEpoch: known.leaderEpoch };
      },
      broker: (id) => brokers.get(id) ?? null,
    };
  }

  /** Groups items by the leaders of their partitions. */
  async byLeader<T>(
    items: readonly T[],
    partitionOfItem: (item: T) => number,
  ): Promise<readonly { readonly leader: Address; readonly items: readonly T[] }[]> {
    const groups = new Map<string, { readonly leader: Address; readonly items: T[] }>();
    for (const item of items) {
      const leader = await this.leader(partitionOfItem(item));
      const known = groups.get(formatAddress(leader));
      if (known === undefined) groups.set(formatAddress(leader), { leader, items: [item] });
      else known.items.push(item);
    }
    return [...groups.values()];
  }

  /** The leader epoch of a partition, from remembered metadata if there is any; -1 if it is unknown. */
  async leaderEpoch(partition: number): Promise<number> {
    const { topic } = this.#metadata ?? (await this.metadata());
    return partitionOf(topic, partition)?.leaderEpoch ?? NO_LEADER_EPOCH;
  }

  /** The coordinator of a group, which is remembered too. */
  async coordinator(groupId: string): Promise<Address> {
    const known = this.#coordinators.get(groupId);
    if (known !== undefined) return known;
    const request = findCoordinatorRequest(groupId);
    const { answer, address } = await this.#sendToAny(request);
    if (answer.code !== 0) {
      throw new BrokerRefused(formatAddress(address), { code: answer.code, of: request.name });
    }
    this.#coordinators.set(groupId, answer.address);
    return answer.address;
  }

  /** Number and address of a broker; only the address if metadata did not name it. */
  brokerName(address: Address): string {
    const text = formatAddress(address);
    const found = this.#brokers.find(([, each]) => formatAddress(each) === text);
    return found === undefined ? text : brokerName(...found);
  }

  knownCoordinator(groupId: string): Address | null {
    return this.#coordinators.get(groupId) ?? null;
  }

  /** Forgets leaders and coordinators, so that they are looked up again: one has moved, or is unreachable. */
  forget(): void {
    this.#metadata = null;
    this.#coordinators.clear();
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  #isSilent(address: Address): boolean {
    return [this.#connections, this.#questions].some(
      (each) => each.silentSinceMs(address) !== null,
    );
  }

  async #sendToAny<Answer>(request: KafkaRequest<Answer>): Promise<FirstAnswer<Answer>> {
    try {
      const found = await firstAnswer(this.#candidates(), this.#limits.silentAfterMs, (address) =>
        this.send(address, request),
      );
      this.#lastGood = found.address;
      return found;
    } catch (error) {
      this.#lastGood = null;
      throw error;
    }
  }

  /** The brokers to ask; those that were silent or out of reach recently come last. */
  #candidates(): readonly Address[] {
    const first = this.#lastGood === null ? [] : [this.#lastGood];
    const all = distinct([...first, ...this.#brokers.map(([, each]) => each), ...this.#bootstrap]);
    const isSilent = (address: Address) => this.#isSilent(address);
    return [...all.filter((address) => !isSilent(address)), ...all.filter(isSilent)];
  }
}

/** Kafka numbers partitions from 0 without gaps, so the index usually finds it. */
function partitionOf({ partitions }: TopicMetadata, partition: number): LedPartition | undefined {
  const usual = partitions[partition];
  if (usual?.partition === partition) return usual;
  return partitions.find((one) => one.partition === partition);
}
