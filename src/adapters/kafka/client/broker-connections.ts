import { type Address, formatAddress } from '../protocol/address.js';
import { type KafkaRequest, VERSIONS } from '../protocol/request.js';
import { BrokerLink, type LinkLimits } from './broker-link.js';
import type { Driver } from './driver.js';
import { Patience } from './patience.js';

/** Requests about groups. A commit waits for followers, for seconds if one hangs. Requests about logs must not wait for it. */
const OF_GROUPS: readonly number[] = [VERSIONS.OffsetCommit.apiKey, VERSIONS.OffsetFetch.apiKey];

/**
 * The connections of one topic: up to two per broker, and one more to the coordinator of a group, as in Kafka's own consumer.
 * They are opened when they are needed, and discarded when they fail.
 */
export class BrokerConnections {
  readonly #driver: Driver;
  readonly #limits: LinkLimits;
  readonly #patience: Patience;
  readonly #links = new Map<string, BrokerLink>();
  /** Brokers that have not answered since a link to them failed, and since when: on the clock of `performance.now()`. */
  readonly #failing = new Map<string, number>();
  #isClosed = false;

  constructor(driver: Driver, limits: LinkLimits) {
    this.#driver = driver;
    this.#limits = limits;
    this.#patience = new Patience(limits);
  }

  /** Throws `BrokerUnreachable` when there is no answer. The caller interprets the answer. */
  async send<Answer>(
    address: Address,
    request: KafkaRequest<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> {
    if (this.#isClosed) throw closedError();
    return this.#link(address, linkName(address, request)).send(request, signal);
  }

  /** Since when the broker has been silent or out of reach; null if it answers, or was not asked. */
  silentSinceMs(address: Address): number | null {
    const name = formatAddress(address);
    const sinceMs = this.#failing.get(name) ?? this.#links.get(name)?.silentSinceMs() ?? null;
    if (sinceMs === null) return null;
    return performance.now() - sinceMs < this.#patience.for(name) ? null : sinceMs;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const link of this.#links.values()) link.fail(closedError());
    await this.#driver.close();
  }

  #link(address: Address, name: string): BrokerLink {
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const link: BrokerLink = new BrokerLink({
      driver: this.#driver,
      limits: this.#limits,
      address,
      onAnswer: (tookMs) => {
        this.#failing.delete(name);
        if (tookMs !== null) this.#patience.answered(name, tookMs);
      },
      onFailure: (_, silentSinceMs) => {
        if (this.#links.get(name) === link) this.#links.delete(name);
        if (!this.#failing.has(name)) this.#failing.set(name, silentSinceMs ?? performance.now());
      },
    });
    this.#links.set(name, link);
    return link;
  }
}

function linkName(address: Address, { apiKey }: KafkaRequest<unknown>): string {
  const name = formatAddress(address);
  return OF_GROUPS.includes(apiKey) ? `groups of ${name}` : name;
}

export function closedError(): Error {
  return new Error('this Kafka client is closed');
}
