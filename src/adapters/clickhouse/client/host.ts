import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { HOST_FRESH_MS, HOST_PROBE_MISSES, HOST_PROBE_MS } from '../../../domain/limits.js';
import { type Answer, exchange, type Peer, type Request } from './exchange.js';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Buffer } from 'node:buffer';

/** One address of ClickHouse: what is sent there, and whether it answers. */
export interface Host {
  readonly address: string;
  send<T>(request: Request, read: (answer: Answer) => Promise<T>): Promise<T>;
  /** Number of requests that the network lost. Once it grows, another server may be behind the address. */
  outages(): number;
  /** Whether it has answered recently, and nothing has failed there since. */
  isFresh(): boolean;
  /** Sends a trivial query. Null if the host answers, even with an error of its own; otherwise the reason why it does not. */
  probe(): Promise<string | null>;
  close(): Promise<void>;
}

export interface ClickHouseOptions {
  /** Each `http://host:port` or `https://host:port`: replicas of each other, of which one is used at a time. */
  readonly urls: readonly string[];
  readonly user: string;
  readonly password: string;
  /** The database of tables that are named without one. */
  readonly database: string;
  /** PEM of the CA that signed the server's certificate; null to use the system's CAs. */
  readonly ca: string | null;
}

/** Probes have connections of their own, because requests may fill all others. */
const PROBE_CONNECTIONS = 2;

/** Idle connections are closed before the server does it: ClickHouse keeps them for 3 s or longer. */
const IDLE_SOCKET_MS = 2_000;

/** One insert or query each; more wait for a free one. */
const MAX_CONNECTIONS = 128;

/** The driver's limit for a silent socket. Every request has limits of its own, which are shorter. */
const SILENT_SOCKET_MS = 30 * 60_000;

/** The name of an error only makes a message easier to read, so it is not worth a long wait. */
const NAME_DEADLINE_MS = 5_000;

/** Names of errors in memory: ClickHouse has some 700. */
const MAX_NAMES = 2_000;

/** `isOneOfMany`: requests are canceled once the host no longer answers, because another host may. */
export function createHost(
  options: ClickHouseOptions,
  address: string,
  { isOneOfMany }: { readonly isOneOfMany: boolean },
): Host {
  const driver = createDriver(options, address);
  const probing = isOneOfMany ? createDriver(options, address, PROBE_CONNECTIONS) : driver;
  let outages = 0;
  let hasAnswered = false;
  let answeredMs = -Infinity;
  let asking: Promise<string | null> | null = null;
  const isKnown = () => hasAnswered;
  const nameOf = createErrorNames({ driver, address, isKnown });
  const answered = () => {
    hasAnswered = true;
    answeredMs = performance.now();
  };
  const ask = async (): Promise<string | null> => {
    const peer = { driver: probing, address, isKnown, nameOf: () => Promise.resolve(null) };
    try {
      await exchange(peer, { sql: 'SELECT 1', deadlineMs: HOST_PROBE_MS }, drain);
      answered();
      return null;
    } catch (error) {
      if (!(error instanceof InsertFailed)) throw error;
      if (error.error.code === null) return error.message;
      answered();
      return null;
    }
  };
  const isFresh = () => performance.now() - answeredMs < HOST_FRESH_MS;
  const probe = () => (asking ??= ask().finally(() => (asking = null)));
  return {
    address,
    outages: () => outages,
    isFresh,
    probe,
    async send(request, read) {
      const watch = isOneOfMany ? watchHost({ isFresh, probe }) : null;
      try {
        const lost = watch && { lost: watch.signal };
        const peer = { driver, address, nameOf, isKnown };
        const answer = await exchange(peer, { ...request, ...lost }, read);
        answered();
        return answer;
      } catch (error) {
        if (!(error instanceof InsertFailed)) throw error;
        const { kind, code } = error.error;
        if (kind === 'network') outages += 1;
        if (code !== null) answered();
        // The next request finds out whether the host is down, or only this request failed.
        else if (kind !== 'aborted') answeredMs = -Infinity;
        throw error;
      } finally {
        watch?.stop();
      }
    },
    async close() {
      await Promise.all([driver.close(), ...(probing === driver ? [] : [probing.close()])]);
    },
  };
}

/** Ends a request whose host no longer answers anything: a server that hangs keeps its connections open. */
function watchHost({ isFresh, probe }: Pick<Host, 'isFresh' | 'probe'>) {
  const lost = new AbortController();
  let misses = 0;
  const look = async () => {
    misses = isFresh() || (await probe()) === null ? 0 : misses + 1;
    if (misses >= HOST_PROBE_MISSES) lost.abort();
  };
  const timer = setInterval(() => void look().catch(() => undefined), HOST_PROBE_MS);
  return {
    signal: lost.signal,
    stop() {
      clearInterval(timer);
    },
  };
}

async function drain({ bytes }: Answer): Promise<void> {
  const chunks = bytes[Symbol.asyncIterator]();
  while (!(await chunks.next()).done);
}

/** Creates a driver for one address, with limits of our own. */
function createDriver(
  options: ClickHouseOptions,
  url: string,
  connections = MAX_CONNECTIONS,
): ClickHouseClient {
  const { database, ca } = options;
  // With a CA of its own, the driver (1.23.1) puts user and password into headers, where Node writes one byte per character.
  const written = (text: string) => (ca === null ? text : Buffer.from(text).toString('latin1'));
  return createClient({
    url,
    username: written(options.user),
    password: written(options.password),
    database,
    request_timeout: SILENT_SOCKET_MS,
    max_open_connections: connections,
    keep_alive: {
      enabled: true,
      idle_socket_ttl: IDLE_SOCKET_MS,
      eagerly_destroy_stale_sockets: true,
    },
    ...(ca === null ? {} : { tls: { ca_cert: Buffer.from(ca) } }),
    // The driver would log failures with texts that quote rows and settings. Callers get the failures anyway.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/**
 * Asks the server for the names of its errors, once for each. Null if it can't be asked: it may refuse this user, or have no room
 * for one more query.
 */
function createErrorNames(peer: Omit<Peer, 'nameOf'>): Peer['nameOf'] {
  const names = new Map<number, string>();
  const server = { ...peer, nameOf: () => Promise.resolve(null) };
  return async (code) => {
    const known = names.get(code);
    if (known !== undefined) return known;
    const sql = 'SELECT errorCodeToName(toInt32({code:Int32})) FORMAT TSVRaw';
    const request = { sql, parameters: { code }, deadlineMs: NAME_DEADLINE_MS };
    try {
      const name = await exchange(server, request, ({ bytes }) => readName(bytes));
      if (name === null) return null;
      if (names.size < MAX_NAMES) names.set(code, name);
      return name;
    } catch {
      return null;
    }
  };
}

async function readName(bytes: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const name = Buffer.concat(chunks).toString('utf8').trim();
  return /^[A-Z][A-Z0-9_]*$/.test(name) ? name : null;
}
