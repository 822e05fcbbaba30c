import type { Buffer } from 'node:buffer';
import { type Address, formatAddress } from '../protocol/address.js';
import { BrokerUnreachable, RequestUnknown } from '../protocol/errors.js';
import { type KafkaRequest, OPTIONAL_VERSIONS, VERSIONS } from '../protocol/request.js';
import { WireReader } from '../protocol/wire.js';
import { toKafkaError } from './driver-errors.js';
import type { Driver, DriverBroker, Lane } from './driver.js';
import { Mutex } from './mutex.js';

interface Entry {
  readonly address: Address;
  /** A broker answers one request of a connection at a time; more of them would only wait there, out of reach. */
  readonly locks: Readonly<Record<Lane | 'connect', Mutex>>;
  broker: DriverBroker | null;
}

/** The connections of one topic: two per broker, made when they are needed, thrown away when they fail. */
export class BrokerConnections {
  readonly #driver: Driver;
  readonly #entries = new Map<string, Entry>();
  #isClosed = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Throws `BrokerUnreachable` when there is no answer; what the answer says is the caller's to judge. */
  send<Answer>(address: Address, request: KafkaRequest<Answer>): Promise<Answer> {
    const lane = request.apiKey === VERSIONS.Fetch.apiKey ? 'fetch' : 'control';
    const entry = this.#entry(address);
    return entry.locks[lane].run(async () => {
      this.#failIfClosed();
      let broker: DriverBroker | null = null;
      try {
        broker = await this.#connect(entry, lane);
        checkOptional(broker, request, formatAddress(address));
        return await broker.send(lane, {
          ...request,
          decode: (payload) => decode(payload, request),
        });
      } catch (error) {
        this.#failIfClosed();
        broker ??= entry.broker;
        const failure = toKafkaError(error, {
          address: formatAddress(address),
          request: request.name,
          isKnown: broker?.versions() !== null,
        });
        // A connection that went silent may stay so: the next request gets a new one.
        if (failure instanceof BrokerUnreachable) discard(entry, broker);
        throw failure;
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const entry of this.#entries.values()) discard(entry, entry.broker);
    await this.#driver.close();
  }

  #failIfClosed(): void {
    if (this.#isClosed) throw closedError();
  }

  #entry(address: Address): Entry {
    const name = formatAddress(address);
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      const locks = { connect: new Mutex(), control: new Mutex(), fetch: new Mutex() };
      entry = { address, locks, broker: null };
      this.#entries.set(name, entry);
    }
    return entry;
  }

  /** One connect at a time: two at once would open two sockets, and lose one of them. */
  #connect(entry: Entry, lane: Lane): Promise<DriverBroker> {
    return entry.locks.connect.run(async () => {
      const broker = (entry.broker ??= await this.#driver.broker(entry.address));
      await broker.connect(lane);
      if (this.#isClosed) discard(entry, broker);
      checkVersions(broker, formatAddress(entry.address));
      return broker;
    });
  }
}

function discard(entry: Entry, broker: DriverBroker | null): void {
  broker?.destroy();
  // Another request may have replaced it already.
  if (entry.broker === broker) entry.broker = null;
}

export function closedError(): Error {
  return new Error('this Kafka client is closed');
}

function checkVersions(broker: DriverBroker, address: string): void {
  const spoken = broker.versions();
  for (const [name, { apiKey, version }] of Object.entries(VERSIONS)) {
    const { minVersion = 0, maxVersion = -1 } = spoken?.[apiKey] ?? {};
    if (version >= minVersion && version <= maxVersion) continue;
    throw new Error(
      `Kafka broker ${address} speaks ${name} in versions ${minVersion} to ${maxVersion}, Millrace in version ${version}: it needs Kafka 3.1 to 4.x`,
    );
  }
}

/** Throws `RequestUnknown` where only newer brokers, or other products', know the request. */
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
