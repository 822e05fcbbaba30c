import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { HOST_FRESH_MS, HOST_PROBE_MISSES, HOST_PROBE_MS } from '../../../domain/limits.js';
import { type ClickHouseOptions, createDriver } from './connection-pool.js';
import { createErrorNames } from './error-names.js';
import { type Answer, exchange, type Request } from './exchange.js';

/** Asked beside the requests that may fill the other connections. */
const PROBE_CONNECTIONS = 2;

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
