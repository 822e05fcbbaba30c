import {
  type ApiVersions,
  type Broker,
  type Cluster,
  Kafka,
  type Logger,
  logLevel,
  type SASLOptions,
} from 'kafkajs';
import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { type Address, formatAddress } from '../protocol/address.js';
import {
  assertLongSession,
  closeSocket,
  FrameReader,
  openSocket,
  type Session,
  withoutIdleTimers,
  withTimelyLogins,
} from './connection.js';

/**
 * Only this file and `connection.ts` use members of kafkajs that its types don't show. kafkajs provides connections, TLS, SASL
 * and timeouts; Millrace decides which bytes go over them. kafkajs is pinned to one version, which is checked before any use.
 */

export interface DriverOptions {
  readonly clientId: string;
  readonly tls: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  } | null;
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Memory for the answers to fetches. */
  readonly allocate: (size: number) => Buffer;
}

interface DriverRequest<Answer> {
  readonly name: string;
  readonly apiKey: number;
  readonly version: number;
  readonly body: Buffer;
  /** `payload` is what follows the correlation id. kafkajs observes the throttling. */
  decode(payload: Buffer): { readonly answer: Answer; readonly throttleMs: number };
}

export interface DriverBroker {
  /** Connects and logs in unless that has happened already. One at a time for one broker: otherwise kafkajs leaks sockets. */
  connect(lane: Lane): Promise<void>;
  /** Versions of requests that the broker speaks; null before the first connect. */
  versions(): ApiVersions | null;
  /** Until when a quota holds requests back, on the clock of `performance.now()`; in the past if none does. */
  throttledUntilMs(lane: Lane): number;
  /** Rejects at once when there is no connection. */
  send<Answer>(lane: Lane, request: DriverRequest<Answer>): Promise<Answer>;
  /** Closes the connections now. Whatever waits for an answer or a login fails. */
  destroy(): void;
}

export interface Driver {
  broker(address: Address): Promise<DriverBroker>;
  /** Closes every connection, and resolves when all are gone. */
  close(): Promise<void>;
}

/** kafkajs keeps two connections per broker, so that a fetch that waits does not block other requests. */
export type Lane = 'control' | 'fetch';
const CONNECTION: Readonly<Record<Lane, number>> = { control: 0, fetch: 1 };

const VERSION = '2.2.4';

interface Connection extends Session {
  readonly socket?: Socket;
  readonly requestQueue: {
    readonly pending: readonly unknown[];
    /** Milliseconds since 1970. */
    readonly throttledUntil: number;
    scheduleCheckPendingRequests(): void;
    fulfillRequest(answer: {
      readonly size: number;
      readonly correlationId: number;
      readonly payload: Buffer;
    }): void;
  };
  processData(chunk: Buffer): void;
  send(protocol: {
    readonly request: {
      readonly apiKey: number;
      readonly apiVersion: number;
      readonly apiName: string;
      encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
    };
    readonly response: {
      decode(payload: Buffer): Promise<{ readonly clientSideThrottleTime: number }>;
      parse(decoded: unknown): Promise<unknown>;
    };
  }): Promise<unknown>;
}

interface ConnectionPool {
  readonly pool: readonly Connection[];
  getConnection(index: number): Promise<Connection>;
}

type InnerBroker = Broker & {
  readonly versions: ApiVersions | null;
  readonly connectionPool: ConnectionPool;
};

type InnerCluster = Cluster & {
  readonly connectionPoolBuilder: {
    build(address: { host: string; port: number }): Promise<ConnectionPool>;
  };
  readonly brokerPool: {
    createBroker(options: { connectionPool: ConnectionPool; logger: Logger }): InnerBroker;
  };
};

/** Throws if the installed kafkajs is not the version whose internals are used here. */
export function checkDriver(installed = installedVersion()): void {
  if (installed !== VERSION) throw unfit(`kafkajs ${installed} is installed`);
}

export function createDriver(options: DriverOptions): Driver {
  const sockets = new Set<Socket>();
  const { cluster, logger } = captureCluster(options, sockets);
  return {
    broker: async (address) => {
      const connectionPool = await cluster.connectionPoolBuilder.build(address);
      connectionPool.pool.forEach((connection, index) => {
        withoutIdleTimers(connection);
        withTimelyLogins(connection);
        withOwnFrames(connection, index === CONNECTION.fetch ? options.allocate : allocateSmall);
      });
      const broker = cluster.brokerPool.createBroker({ connectionPool, logger });
      return toDriverBroker(broker, formatAddress(address));
    },
    close: async () => {
      await Promise.all([...sockets].map(closeSocket));
    },
  };
}

function installedVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('kafkajs/package.json') as { readonly version: string }).version;
}

function unfit(found: string): Error {
  return new Error(
    `Millrace uses internals of kafkajs ${VERSION}, but ${found}: install exactly kafkajs@${VERSION}`,
  );
}

/** A consumer passes its cluster to its partition assigners, and so to this function. It never runs and never joins a group. */
function captureCluster(options: DriverOptions, sockets: Set<Socket>) {
  const { clientId, tls, sasl, connectTimeoutMs, requestTimeoutMs } = options;
  const kafka = new Kafka({
    clientId,
    // Brokers are looked up by their addresses. kafkajs only insists on one here.
    brokers: ['unused:1'],
    ...(tls !== null && { ssl: { ...tls } }),
    ...(sasl !== null && { sasl: toSaslOptions(sasl) }),
    connectionTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    // KAFKAJS_LOG_LEVEL in the environment overrides the level, so all log lines are dropped as well.
    logCreator: () => () => undefined,
    socketFactory: (target) => openSocket(target, sockets),
  });
  const captured: { cluster: Cluster; logger: Logger }[] = [];
  const never = (): never => {
    throw new Error('this client never joins a group');
  };
  kafka.consumer({
    groupId: 'never-joined',
    partitionAssigners: [
      (given) => {
        captured.push(given);
        return { name: 'none', version: 1, assign: never, protocol: never };
      },
    ],
  });
  const { cluster, logger } = captured[0] ?? {};
  if (logger === undefined || !isInner(cluster)) throw unfit('its internals have changed');
  return { cluster, logger };
}

function isInner(cluster: Cluster | undefined): cluster is InnerCluster {
  const { connectionPoolBuilder, brokerPool } = (cluster ?? {}) as Partial<InnerCluster>;
  return (
    typeof connectionPoolBuilder?.build === 'function' &&
    typeof brokerPool?.createBroker === 'function'
  );
}

/** A switch, because kafkajs types each mechanism by itself. */
function toSaslOptions(sasl: NonNullable<DriverOptions['sasl']>): SASLOptions {
  const { mechanism, username, password } = sasl;
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

const CORRELATION_ID_BYTES = 4;

const allocateSmall = (size: number) => Buffer.allocUnsafeSlow(size);

/** kafkajs has a second way to read answers, for logins to brokers older than 1.0, which Millrace does not support. */
function withOwnFrames(connection: Connection, allocate: (size: number) => Buffer): void {
  const { requestQueue } = connection;
  const create = () =>
    new FrameReader({
      allocate,
      onFrame: (frame) => {
        const payload = frame.subarray(CORRELATION_ID_BYTES);
        const correlationId = frame.readInt32BE();
        requestQueue.fulfillRequest({ size: frame.length, correlationId, payload });
      },
    });
  let socket: Socket | undefined;
  let frames = create();
  connection.processData = (chunk) => {
    // A partial answer of the previous connection must not be taken for the start of an answer of this one.
    if (socket !== connection.socket) {
      socket = connection.socket;
      frames = create();
    }
    try {
      frames.push(chunk);
    } catch (error) {
      socket?.destroy(error as Error);
    }
  };
}

function toDriverBroker(broker: InnerBroker, address: string): DriverBroker {
  const { connectionPool } = broker;
  const connectionOf = (lane: Lane): Connection => {
    const connection = connectionPool.pool[CONNECTION[lane]];
    if (connection === undefined) throw unfit('it keeps fewer connections than expected');
    return connection;
  };
  return {
    connect: async (lane) => {
      if (!broker.isConnected()) await broker.connect();
      assertLongSession(connectionOf('control'), address);
      await connectionPool.getConnection(CONNECTION[lane]);
    },
    versions: () => broker.versions,
    throttledUntilMs: (lane) =>
      performance.now() + connectionOf(lane).requestQueue.throttledUntil - Date.now(),
    send: async <Answer>(lane: Lane, request: DriverRequest<Answer>): Promise<Answer> => {
      const { name, apiKey, version, body } = request;
      const decoded = await connectionOf(lane).send({
        request: {
          apiKey,
          apiVersion: version,
          apiName: name,
          encode: () => Promise.resolve({ buf: body, buffer: body }),
        },
        response: {
          decode: (payload) => {
            const { answer, throttleMs } = request.decode(payload);
            return Promise.resolve({ answer, clientSideThrottleTime: throttleMs });
          },
          parse: (both) => Promise.resolve(both),
        },
      });
      return (decoded as { readonly answer: Answer }).answer;
    },
    destroy: () => {
      for (const { socket } of connectionPool.pool) {
        if (socket !== undefined) void closeSocket(socket);
      }
    },
  };
}
