import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Checkpoints, createCheckpoints } from './held.js';
import { resetSocket } from './reset-socket.js';

/** One INSERT on its way to ClickHouse. */
export interface Insert {
  readonly queryId: string;
  readonly isDeadLetters: boolean;
  /** Bytes of its body. */
  readonly bytes: number;
}

/** `head`: nothing of it has gone on. `middle`: half of its body has. `sent`: all of it has. `answer`: the server is done. */
export type InsertPoint = 'head' | 'middle' | 'sent' | 'answer';

/** Stands in front of ClickHouse, sees every INSERT, and can take it in its hand at four points. */
export interface InsertTap extends Pick<Checkpoints<InsertPoint, Insert>, 'hold' | 'clear'> {
  readonly port: number;
  /** Settings that inserts get as from a user's profile; none unless set. */
  profile: (insert: Insert) => Readonly<Record<string, string>>;
  /** A password that the server gets in place of the client's own, for all requests; null leaves them alone. */
  password: string | null;
  /** How long the server took for the last insert, from the last byte to its answer, in milliseconds. */
  readonly lastInsertMs: number;
  close(): Promise<void>;
}

export async function openInsertTap(target: string): Promise<InsertTap> {
  const checkpoints = createCheckpoints<InsertPoint, Insert>();
  const seen = { lastInsertMs: 0 };
  const server = createServer({ keepAliveTimeout: 30_000 }, (incoming, outgoing) => {
    forward(incoming, outgoing, {
      target,
      checkpoints,
      seen,
      profile: (each) => tap.profile(each),
      password: tap.password,
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tap: InsertTap = {
    port: (server.address() as AddressInfo).port,
    profile: () => ({}),
    password: null,
    get lastInsertMs() {
      return seen.lastInsertMs;
    },
    hold: checkpoints.hold,
    clear: checkpoints.clear,
    async close() {
      checkpoints.clear();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return tap;
}

interface Forwarding {
  readonly target: string;
  readonly checkpoints: Checkpoints<InsertPoint, Insert>;
  readonly seen: { lastInsertMs: number };
  readonly profile: InsertTap['profile'];
  readonly password: string | null;
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, checkpoints, seen, profile, password }: Forwarding,
): void {
  const url = new URL(incoming.url ?? '/', target);
  const insert = insertOf(url, incoming);
  const cut = () => {
    onward?.destroy();
    resetSocket(incoming.socket);
  };
  const pass = async (point: InsertPoint) => {
    const goesOn = insert === null || (await checkpoints.pass(point, insert));
    if (!goesOn) cut();
    return goesOn;
  };
  let onward: ClientRequest | null = null;
  let sentAtMs = 0;

  const send = async () => {
    if (!(await pass('head'))) return;
    for (const [name, value] of Object.entries(insert === null ? {} : profile(insert))) {
      if (!url.searchParams.has(name)) url.searchParams.set(name, value);
    }
    const headers = withPassword(incoming.headers, password);
    onward = request(url, { method: incoming.method, headers, agent: false });
    onward.on('error', cut);
    onward.on('response', (answer) => {
      seen.lastInsertMs = insert === null ? seen.lastInsertMs : performance.now() - sentAtMs;
      void pass('answer').then((goesOn) => {
        if (!goesOn) return;
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on('error', cut).pipe(outgoing);
      });
    });
    if (!(await sendBody(incoming, onward, insert?.bytes ?? Infinity, () => pass('middle'))))
      return;
    // Flushed before the point, so that the server has it all while the test thinks.
    await new Promise<void>((resolve) => onward?.end(resolve));
    sentAtMs = performance.now();
    await pass('sent');
  };
  incoming.on('error', cut);
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) onward?.destroy();
  });
  send().catch(cut);
}

/** Resolves with whether it may end. */
async function sendBody(
  incoming: IncomingMessage,
  onward: ClientRequest,
  bytes: number,
  middle: () => Promise<boolean>,
): Promise<boolean> {
  let left = Math.floor(bytes / 2);
  const write = (piece: Buffer) => new Promise((resolve) => onward.write(piece, resolve));
  for await (const chunk of incoming.iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Buffer>) {
    if (chunk.length < left) {
      left -= chunk.length;
      await write(chunk);
      continue;
    }
    if (left > 0) await write(chunk.subarray(0, left));
    if (left >= 0 && bytes !== Infinity && !(await middle())) return false;
    if (left < chunk.length) await write(chunk.subarray(Math.max(0, left)));
    left = -1;
  }
  return true;
}

function withPassword(headers: IncomingHttpHeaders, password: string | null): IncomingHttpHeaders {
  if (password === null) return headers;
  const basic = Buffer.from(`default:${password}`).toString('base64');
  return { ...headers, authorization: `Basic ${basic}` };
}

function insertOf(url: URL, incoming: IncomingMessage): Insert | null {
  if (!(url.searchParams.get('query')?.startsWith('INSERT') ?? false)) return null;
  const queryId = url.searchParams.get('query_id') ?? '';
  return {
    queryId,
    isDeadLetters: queryId.endsWith('/d'),
    bytes: Number(incoming.headers['content-length'] ?? 0),
  };
}

export const isRows = ({ isDeadLetters }: Insert): boolean => !isDeadLetters;
