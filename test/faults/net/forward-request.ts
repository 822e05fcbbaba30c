import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { resetSocket } from './reset-socket.js';

/** One INSERT on its way to ClickHouse. */
export interface Insert {
  readonly queryId: string;
  readonly isDeadLetters: boolean;
  /** Bytes of its body. */
  readonly bytes: number;
}

/**
 * - `head`: nothing of it was passed on.
 * - `taken`: all of it was received and nothing passed on. Only if whole bodies are buffered.
 * - `middle`: half of its body was passed on.
 * - `sent`: all of it was.
 * - `answer`: the server has answered.
 */
export type InsertPoint = 'head' | 'taken' | 'middle' | 'sent' | 'answer';

/**
 * How a proxy refuses an insert with a larger body: with an answer, or by resetting the connection after this many bytes.
 */
export interface BodyLimit {
  readonly bytes: number;
  readonly how: 'answers 413' | 'resets';
  onRefused(): void;
}

export interface Forwarding {
  readonly target: string;
  readonly pass: (point: InsertPoint, insert: Insert) => Promise<boolean>;
  readonly takesBodies: boolean;
  readonly bodyLimit: BodyLimit | null;
  readonly profile: (insert: Insert) => Readonly<Record<string, string>>;
  readonly password: string | null;
  readonly onInserted: (tookMs: number) => void;
}

export function forwardRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  forwarding: Forwarding,
): void {
  const { target, takesBodies, bodyLimit, profile, password, onInserted } = forwarding;
  const url = new URL(incoming.url ?? '/', target);
  const insert = insertOf(url, incoming);
  let onward: ClientRequest | null = null;
  let isTaken = false;
  let sentAtMs = 0;
  const cut = () => {
    onward?.destroy();
    resetSocket(incoming.socket);
  };
  const cutUnlessTaken = () => {
    if (!isTaken) cut();
  };
  const pass = async (point: InsertPoint) => {
    const goesOn = insert === null || (await forwarding.pass(point, insert));
    if (!goesOn) cut();
    return goesOn;
  };
  const answered = async (answer: IncomingMessage) => {
    if (insert !== null) onInserted(performance.now() - sentAtMs);
    if (!(await pass('answer'))) return;
    answer.on('error', cutUnlessTaken);
    if (outgoing.destroyed) {
      answer.resume();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  };
  const send = async () => {
    if (!(await pass('head'))) return;
    if (insert !== null && bodyLimit !== null && insert.bytes > bodyLimit.bytes) {
      bodyLimit.onRefused();
      if (bodyLimit.how === 'answers 413') refuseBody(incoming, outgoing);
      else await readUpTo(bodyLimit.bytes, incoming).then(cut);
      return;
    }
    let body: AsyncIterable<Buffer> | Iterable<Buffer> = piecesOf(incoming);
    if (insert !== null && takesBodies) {
      body = [await whole(incoming)];
      isTaken = true;
      if (!(await pass('taken'))) return;
    }
    for (const [name, value] of Object.entries(insert === null ? {} : profile(insert))) {
      if (!url.searchParams.has(name)) url.searchParams.set(name, value);
    }
    const headers = withPassword(incoming.headers, password);
    onward = request(url, { method: incoming.method, headers, agent: false });
    onward.on('error', cut);
    onward.on('response', (answer) => void answered(answer));
    const half = insert === null ? Infinity : Math.floor(insert.bytes / 2);
    if (!(await sendBody(body, onward, { half, middle: () => pass('middle') }))) return;
    // Flushed before the point, so that the server has all of it while the test waits.
    await new Promise<void>((resolve) => onward?.end(resolve));
    sentAtMs = performance.now();
    await pass('sent');
  };
  incoming.on('error', cutUnlessTaken);
  outgoing.on('close', () => {
    if (!outgoing.writableFinished && !isTaken) onward?.destroy();
  });
  send().catch(cut);
}

/** As nginx does: it answers before the body is complete, and discards the rest. */
function refuseBody(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  outgoing.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
  outgoing.end('<html><body><h1>413 Request Entity Too Large</h1></body></html>');
}

async function readUpTo(bytes: number, incoming: IncomingMessage): Promise<void> {
  let read = 0;
  for await (const piece of piecesOf(incoming)) {
    read += piece.length;
    if (read > bytes) return;
  }
}

/** Resolves with whether the request may end. */
async function sendBody(
  body: AsyncIterable<Buffer> | Iterable<Buffer>,
  onward: ClientRequest,
  { half, middle }: { readonly half: number; readonly middle: () => Promise<boolean> },
): Promise<boolean> {
  let left = half;
  const write = (piece: Buffer) => new Promise((resolve) => onward.write(piece, resolve));
  for await (const chunk of body) {
    if (chunk.length < left) {
      left -= chunk.length;
      await write(chunk);
      continue;
    }
    if (left > 0) await write(chunk.subarray(0, left));
    if (left >= 0 && !(await middle())) return false;
    if (left < chunk.length) await write(chunk.subarray(Math.max(0, left)));
    left = -1;
  }
  return true;
}

function piecesOf(incoming: IncomingMessage): AsyncIterable<Buffer> {
  return incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

async function whole(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(incoming)) pieces.push(piece);
  return Buffer.concat(pieces);
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
