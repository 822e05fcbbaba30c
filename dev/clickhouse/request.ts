import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The content of a request's head. */
export interface RequestHead {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The statement or the beginning of it that is in the address. */
  readonly sql: string;
  readonly queryId: string;
  readonly database: string;
  readonly defaultFormat: string;
  readonly settings: ReadonlyMap<string, string>;
  /** What the address says about the tables of a multipart request: `name_structure` and `name_format`. */
  readonly tables: ReadonlyMap<string, string>;
  /** Values of `{name:Type}` in the statement, escaped for ClickHouse. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly credentials: Credentials;
  readonly body: BodyEncoding;
  readonly answer: AnswerEncoding;
  readonly userAgent: string;
}

/** The ways in which they were given. The server allows only one at a time. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly ways: readonly ('headers' | 'authorization' | 'address')[];
}

export interface BodyEncoding {
  readonly contentType: string;
  /** Null if the client does not say. */
  readonly bytes: number | null;
  readonly contentEncoding: string;
  /** In ClickHouse's own compressed blocks. */
  readonly isInCompressedBlocks: boolean;
}

export interface AnswerEncoding {
  /** Compressions that the client accepts, if any. */
  readonly accepted: readonly string[];
  /** In ClickHouse's own compressed blocks. */
  readonly wantsCompressedBlocks: boolean;
  /** The revision of the native protocol that the client knows; 0 if it does not say. */
  readonly nativeRevision: number;
}

/** Parameters of the address that the server itself uses. Every other one is a setting. */
const NOT_SETTINGS = new Set([
  ...['query', 'database', 'default_format', 'query_id', 'user', 'password', 'quota_key', 'role'],
  ...['compress', 'decompress', 'buffer_size', 'wait_end_of_query', 'stacktrace'],
  ...['session_id', 'session_timeout', 'session_check', 'close_session', 'client_protocol_version'],
]);
const PARAMETER = 'param_';
/** Parameters for the tables of a request. As on a server, a setting with such an ending counts as one. */
const OF_TABLE = /_(?:format|structure|types)$/;

export function parseRequestHead(request: IncomingMessage): RequestHead {
  const { headers } = request;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const query = url.searchParams;
  const given = [...query].filter(([name]) => name !== '');
  const contentType = text(headers['content-type']);
  const isOfTable = (name: string) => contentType.startsWith('multipart/') && OF_TABLE.test(name);
  const isOn = (name: string) => query.get(name) === '1' || query.get(name) === 'true';
  return {
    method: request.method === 'POST' ? 'POST' : 'GET',
    path: url.pathname,
    sql: query.get('query') ?? '',
    queryId: query.get('query_id') ?? (text(headers['x-clickhouse-query-id']) || randomUUID()),
    database: text(headers['x-clickhouse-database']) || (query.get('database') ?? ''),
    defaultFormat: text(headers['x-clickhouse-format']) || (query.get('default_format') ?? ''),
    settings: new Map(
      given.filter(
        ([name]) => !NOT_SETTINGS.has(name) && !name.startsWith(PARAMETER) && !isOfTable(name),
      ),
    ),
    tables: new Map(given.filter(([name]) => !NOT_SETTINGS.has(name) && isOfTable(name))),
    parameters: new Map(
      given
        .filter(([name]) => name.startsWith(PARAMETER))
        .map(([name, value]) => [name.slice(PARAMETER.length), value]),
    ),
    credentials: parseCredentials(headers, query),
    body: {
      contentType,
      bytes: /^\d+$/.test(text(headers['content-length']))
        ? Number(headers['content-length'])
        : null,
      contentEncoding: text(headers['content-encoding']).toLowerCase(),
      isInCompressedBlocks: isOn('decompress'),
    },
    answer: {
      accepted: isOn('enable_http_compression')
        ? text(headers['accept-encoding'])
            .split(',')
            .map((name) => name.replace(/;.*/, '').trim())
        : [],
      wantsCompressedBlocks: isOn('compress'),
      nativeRevision: Number(query.get('client_protocol_version') ?? 0),
    },
    userAgent: text(headers['user-agent']),
  };
}

function parseCredentials(headers: IncomingHttpHeaders, query: URLSearchParams): Credentials {
  const ways: Credentials['ways'][number][] = [];
  const byHeader = {
    user: utf8(text(headers['x-clickhouse-user'])),
    password: utf8(text(headers['x-clickhouse-key'])),
  };
  const basic = /^Basic +(.*)$/i.exec(text(headers.authorization))?.[1];
  if (byHeader.user !== '' || byHeader.password !== '') ways.push('headers');
  if (basic !== undefined) ways.push('authorization');
  if (query.has('user') || query.has('password')) ways.push('address');
  if (ways[0] === 'headers') return { ...byHeader, ways };
  if (basic !== undefined) {
    const [, user = '', password = ''] =
      /^([^:]*):?(.*)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
    return { user, password, ways };
  }
  return { user: query.get('user') ?? '', password: query.get('password') ?? '', ways };
}

function text(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(',') : (header ?? '');
}

/** Node returns the bytes of a header as latin1. The server uses them as they are. */
function utf8(header: string): string {
  return Buffer.from(header, 'latin1').toString('utf8');
}
