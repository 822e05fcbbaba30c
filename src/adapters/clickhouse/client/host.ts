import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { HOST_FRESH_MS, HOST_PROBE_MISSES, HOST_PROBE_MS } from '../../../domain/limits.js';
import { type Answer, exchange, type Peer, type Request } from './exchange.js';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Buffer } from 'node:buffer';

/** One address of ClickHouse: what is sent there, and whether it answers. */
export interface Host {
  readonly address: string;
  send<T>(request: Request, read: (answer: Answer) => Promise<T>): Promise<T>;
  /** Counts the requests that the network lost: behind the address may be another server since. */
  outages(): number;
  /** It has answered lately, and nothing has failed there since. */
  isFresh(): boolean;
  /** Asks it for next to nothing. Null where it answers, also with an error of its own; otherwise why it does not. */
  probe(): Promise<string | null>;
  close(): Promise<void>;
}

export interface ClickHouseOptions {
  /** Each `http://host:port` or `https://host:port`: replicas of each other, of which one is used at a time. */
  readonly urls: readonly string[];
  readonly user: string;
  readonly password: string;
  /** Where tables are that are named without a database. */
  readonly database: string;
  /** PEM of the authority that signed the server's certificate; null where the system's own ones do. */
  readonly ca: string | null;
}

/** Asked beside the requests that may fill the other connections. */
const PROBE_CONNECTIONS = 2;

/** Idle connections are closed before the server does it: ClickHouse keeps them for 3 s or longer. */
const IDLE_SOCKET_MS = 2_000;

/** One insert or query each; more wait for a free one. */
const MAX_CONNECTIONS = 128;

/** Whatever a request may take has a limit of its own, shorter than the driver's for a silent socket. */
const SILENT_SOCKET_MS = 30 * 60_000;

/** A name makes a message easier to read; nobody waits long for it. */
const NAME_DEADLINE_MS = 5_000;

/** Names of errors in memory: ClickHouse has some 700. */
const MAX_NAMES = 2_000;

/** `isOneOfMany`: requests to it are given up once it no longer answers, because another one may. */
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
        // Whoever sends next finds out whether it is the host, or only this request.
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

/** The driver with one user, one address, and limits of ours. */
function createDriver(
  options: ClickHouseOptions,
  url: string,
  connections = MAX_CONNECTIONS,
): ClickHouseClient {
  const { database, ca } = options;
  // With an authority of its own (1.23.1), the driver puts the two into headers, where Node writes one byte a character.
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
    // It logs failures by itself, with texts that quote rows and settings; whoever asks hears of them anyway.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/**
 * Asks the server what it calls its errors, once for each. Null where it can't be asked: it refuses this user, or has no
 * room for one more query.
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
