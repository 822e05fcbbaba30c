import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface ProxyOptions {
  /** Settings as in a user's profile: they apply if a request names no others. */
  readonly profile?: Readonly<Record<string, string>>;
  /** The connection is cut on both sides after this many bytes of an INSERT's body. */
  readonly cutAfterBytes?: number;
  /** This many bytes of an INSERT's body pass, and no more are read. */
  readonly stallsAfterBytes?: number;
  /** Each piece of a body is delayed this long. */
  readonly sliceDelayMs?: number;
  /** A request whose body contains this text never reaches the server, and gets no answer. */
  readonly holds?: RegExp;
  /** The server's answer to an INSERT is never passed on. */
  readonly losesAnswers?: boolean;
}

export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

/** A proxy between a client and ClickHouse that changes requests as a profile or a bad network would. */
export async function startProxy(target: string, options: ProxyOptions): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    forward({ incoming, outgoing, target, options });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Forwarding {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly target: string;
  readonly options: ProxyOptions;
}

function forward({ incoming, outgoing, target, options }: Forwarding): void {
  const url = new URL(incoming.url ?? '/', target);
  for (const [name, value] of Object.entries(options.profile ?? {})) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  const isInsert = url.searchParams.get('query')?.startsWith('INSERT') ?? false;
  const onward = request(url, { method: incoming.method, headers: incoming.headers });
  const cut = () => {
    onward.destroy();
    incoming.socket.destroy();
  };
  onward.on('error', cut);
  incoming.on('error', cut);
  const most = isInsert ? (options.cutAfterBytes ?? options.stallsAfterBytes) : undefined;
  const limits = { most: most ?? Infinity, delayMs: options.sliceDelayMs ?? 0, ...options };
  void passOn(incoming, onward, limits).then((isWhole) => {
    if (isWhole) onward.end();
    else if (options.cutAfterBytes !== undefined) cut();
  }, cut);
  onward.on('response', (answer) => {
    if (isInsert && options.losesAnswers) {
      answer.resume();
      answer.on('end', cut);
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
}

/** Reads a body piece by piece. Resolves with whether all of it was passed on. */
async function passOn(
  incoming: IncomingMessage,
  onward: ClientRequest,
  { most, delayMs, holds }: { most: number; delayMs: number } & Pick<ProxyOptions, 'holds'>,
): Promise<boolean> {
  let left = most;
  const pieces = incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of pieces) {
    if (holds?.test(chunk.toString('latin1'))) return false;
    if (delayMs > 0) await setTimeout(delayMs);
    await new Promise((resolve) => onward.write(chunk.subarray(0, left), resolve));
    left -= chunk.length;
    if (left < 0) return false;
  }
  return true;
}
