import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Front } from './start-front.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** `X-ClickHouse-Summary`, as numbers. */
  readonly summary: Readonly<Record<string, number>>;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly address?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** One plain request, without a client library. */
export async function send(
  { port }: Front,
  { method = 'POST', path = '/', address = {}, headers = {}, body = '' }: RawRequest,
): Promise<RawAnswer> {
  const query = new URLSearchParams(address).toString();
  const outgoing = request({
    port,
    method,
    headers,
    path: query === '' ? path : `${path}?${query}`,
  });
  // As bytes: beside a string, Node would encode the header lines like the string.
  outgoing.end(Buffer.from(body));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const summary = JSON.parse(
    (incoming.headers['x-clickhouse-summary'] as string | undefined) ?? '{}',
  ) as Record<string, string>;
  return {
    status: incoming.statusCode!,
    headers: incoming.headers,
    bytes,
    text: bytes.toString('utf8'),
    summary: Object.fromEntries(
      Object.entries(summary).map(([key, value]) => [key, Number(value)]),
    ),
  };
}

/** The rows that a query returns, one per line, with tabs between columns. */
export async function rowsOf(
  front: Front,
  sql: string,
  address: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { status, text } = await send(front, { body: sql, address });
  if (status !== 200) throw new Error(text);
  return text.split('\n').filter((line) => line !== '');
}

/** Sends the head of an insert and a part of its body, and never sends the rest. */
export async function beginInsert(
  { port }: Front,
  insert: {
    readonly address: Readonly<Record<string, string>>;
    /** Header lines about the body. */
    readonly headers: readonly string[];
    readonly body: string | Uint8Array;
  },
): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const path = `/?${new URLSearchParams(insert.address).toString()}`;
  socket.write(
    [`POST ${path} HTTP/1.1`, 'Host: localhost', ...insert.headers, '', ''].join('\r\n'),
  );
  socket.write(insert.body);
  return socket;
}
