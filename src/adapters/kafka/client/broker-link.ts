import type { Buffer } from 'node:buffer';
import { type Address, formatAddress } from '../protocol/address.js';
import { BrokerSilent, BrokerUnreachable, RequestUnknown } from '../protocol/errors.js';
import type { KafkaLimits } from '../protocol/limits.js';
import { brokersRequest } from '../protocol/metadata.js';
import { type KafkaRequest, OPTIONAL_VERSIONS, VERSIONS } from '../protocol/request.js';
import { WireReader } from '../protocol/wire.js';
import { toKafkaError } from './driver-errors.js';
import type { Driver, DriverBroker, Lane } from './driver.js';
import { RequestQueue } from './request-queue.js';

export type LinkLimits = Pick<
  KafkaLimits,
  'answerTimeoutMs' | 'requestTimeoutMs' | 'silentAfterMs'
>;

interface LinkOptions {
  readonly driver: Driver;
  readonly address: Address;
  readonly limits: LinkLimits;
  /** `tookMs` includes the time to connect. It is null for fetches, which may take long. */
  readonly onAnswer: (tookMs: number | null) => void;
  /** The link can't be used any more: waiting requests have failed, and the next request needs another link. */
  readonly onFailure: (failure: Error, silentSinceMs: number | null) => void;
}

/** As in Kafka's own consumer (`max.in.flight.requests.per.connection`). A broker works on one request after the other. */
const REQUESTS_IN_FLIGHT_MAX = 100;

/** More fetches on one connection would only wait at the broker, where they can't be canceled. */
const FETCHES_IN_FLIGHT_MAX = 1;

/** Two connections to one broker, and the requests that wait for them. Opened when needed, discarded when one of them fails. */
export class BrokerLink {
  readonly #options: LinkOptions;
  readonly #name: string;
  readonly #queues: Readonly<Record<Lane, RequestQueue>>;
  /** One connect at a time: two at once would open two sockets, and leak one of them. */
  readonly #connecting = new Mutex();
  #broker: DriverBroker | null = null;
  #failure: Error | null = null;

  constructor(options: LinkOptions) {
    const { address, limits } = options;
    this.#options = options;
    this.#name = formatAddress(address);
    this.#queues = {
      control: this.#queue('control', limits.answerTimeoutMs, REQUESTS_IN_FLIGHT_MAX),
      fetch: this.#queue('fetch', limits.requestTimeoutMs, FETCHES_IN_FLIGHT_MAX),
    };
  }

  /** Throws `BrokerUnreachable` when there is no answer. The caller interprets the answer. */
  send<Answer>(request: KafkaRequest<Answer>, signal?: AbortSignal): Promise<Answer> {
    const lane = request.apiKey === VERSIONS.Fetch.apiKey ? 'fetch' : 'control';
    const { name } = request;
    return this.#queues[lane].add({ name, ask: () => this.#ask(lane, request), signal });
  }

  fail(failure: Error): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    const silentSinceMs = this.silentSinceMs();
    this.#broker?.destroy();
    for (const queue of Object.values(this.#queues)) queue.fail(failure);
    this.#options.onFailure(failure, silentSinceMs);
  }

  /** Since when the broker has not answered requests without records. See `RequestQueue`. */
  silentSinceMs(): number | null {
    return this.#queues.control.silentSinceMs();
  }

  #queue(lane: Lane, timeoutMs: number, maxInFlight: number): RequestQueue {
    return new RequestQueue({
      timeoutMs,
      maxInFlight,
      throttledUntilMs: () => this.#broker?.throttledUntilMs(lane) ?? -Infinity,
      onSilence: (request) => {
        const what = this.#broker?.versions() ? `did not answer ${request}` : 'did not answer';
        this.fail(new BrokerSilent(this.#name, `${what} within ${timeoutMs / 1_000} s`));
      },
    });
  }

  async #ask<Answer>(lane: Lane, request: KafkaRequest<Answer>): Promise<Answer> {
    const askedMs = performance.now();
    const answered = () => {
      this.#options.onAnswer(lane === 'control' ? performance.now() - askedMs : null);
    };
    try {
      const broker = await this.#connected(lane);
      checkOptional(broker, request, this.#name);
      const stop = lane === 'fetch' ? this.#watchSilentFetch() : nothing;
      try {
        const answer = await broker.send(lane, {
          ...request,
          decode: (payload) => decode(payload, request),
        });
        answered();
        return answer;
      } finally {
        stop();
      }
    } catch (error) {
      if (this.#failure !== null) throw this.#failure;
      const isKnown = this.#broker?.versions() !== null;
      const failure = toKafkaError(error, { address: this.#name, request: request.name, isKnown });
      // A connection that went silent may stay so: the next request gets a new one.
      if (failure instanceof BrokerUnreachable) this.fail(failure);
      else if (isKnown) answered();
      throw failure;
    }
  }

  #connected(lane: Lane): Promise<DriverBroker> {
    return this.#connecting.run(async () => {
      if (this.#failure !== null) throw this.#failure;
      const broker = (this.#broker ??= await this.#options.driver.broker(this.#options.address));
      await broker.connect(lane);
      if (this.#isFailed()) {
        broker.destroy();
        throw new Error('the connection was abandoned');
      }
      checkVersions(broker, this.#name);
      return broker;
    });
  }

  #isFailed(): boolean {
    return this.#failure !== null;
  }

  /** A fetch may take long, for example from tiered storage. Meanwhile a small request shows whether the broker is alive. */
  #watchSilentFetch(): () => void {
    const timer = setInterval(() => {
      if (this.silentSinceMs() === null) void this.send(brokersRequest()).catch(nothing);
    }, this.#options.limits.silentAfterMs / 2);
    return () => {
      clearInterval(timer);
    };
  }
}

const nothing = () => undefined;

function checkVersions(broker: DriverBroker, address: string): void {
  const spoken = broker.versions();
  for (const [name, { apiKey, version }] of Object.entries(VERSIONS)) {
    const { minVersion = 0, maxVersion = -1 } = spoken?.[apiKey] ?? {};
    if (version >= minVersion && version <= maxVersion) continue;
    throw new Error(
      `Kafka broker ${address} supports ${name} in versions ${minVersion} to ${maxVersion}, but Millrace uses version ${version}: it needs Kafka 3.1 to 4.x`,
    );
  }
}

/** Throws `RequestUnknown` for an optional request that the broker does not support. */
function checkOptional(broker: DriverBroker, request: KafkaRequest<unknown>, address: string) {
  const isOptional = Object.values(OPTIONAL_VERSIONS).some(
    ({ apiKey }) => apiKey === request.apiKey,
  );
  if (!isOptional) return;
  const { minVersion = 0, maxVersion = -1 } = broker.versions()?.[request.apiKey] ?? {};
  if (request.version < minVersion || request.version > maxVersion)
    throw new RequestUnknown(address, request.name);
}

function decode<Answer>(payload: Buffer, request: KafkaRequest<Answer>) {
  const reader = new WireReader(payload);
  if (request.flexible) reader.skipTags();
  const throttleMs = reader.int32();
  return { answer: request.decode(reader), throttleMs };
}

/** Runs one call at a time, in order. A call that fails does not affect the next one. */
class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    // The caller gets the failure. The chain itself must not become an unhandled rejection.
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
