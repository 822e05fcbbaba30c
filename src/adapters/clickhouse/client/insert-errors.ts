import { CLICKHOUSE_CODES } from '../../../domain/insert-failures/clickhouse-codes.js';
import type { InsertError } from '../../../domain/insert-failures/insert-error.js';
import {
  IDENTIFIER,
  unquoted,
  writtenIdentifier,
  writtenName,
} from '../../../domain/table/table-name.js';

interface FailureAnswer {
  readonly text: string;
  /** From the header, if the server set it. */
  readonly code: string | undefined;
  readonly status: number | undefined;
  /** Where the request was sent. */
  readonly address: string;
}

/** How much of a request's body was sent; `nothing` for a request without one. */
export type Sent = InsertError['sent'];

const QUOTED_CHARACTERS = 240;

/** Node's codes for failures before there was a connection: nothing of the request was sent. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Errors that a library below ClickHouse threw. The server names no view in their texts, which may end with a row's value. */
const THROWN_BELOW = [1_000, 1_001, 1_002];

/** A row violates a constraint. Only the text of this error begins with the name of a constraint. */
const VIOLATED_CONSTRAINT = 469;

const PREFIX = /^(?:Code: \d+\. DB::Exception: )+/;
/** Both match only where nobody but the server writes: at the very start of the text, and at its very end. */
const CONSTRAINT = new RegExp(
  `^Constraint (${IDENTIFIER}) for table (?:(${IDENTIFIER})\\.)?(${IDENTIFIER})(?: \\([0-9a-f-]{36}\\))? ` +
    `(?:is violated at row (\\d+)\\.)?`,
);
const PUSHING = new RegExp(
  `: while pushing to view (${IDENTIFIER})\\.(${IDENTIFIER})(?: \\([0-9a-f-]{36}\\))?` +
    `(?:\\.? ?\\((?:[A-Z0-9_]+|version [^()]*(?:\\([^()]*\\))?)\\))+\\s*$`,
);
/**
 * The start of parts that may hold a row's value, in texts that are shown otherwise. A DIRECT dictionary, which queries its
 * source for each row, fails with that query and the row's key in it. Keeper names the node of a key.
 */
const QUERY_OR_PATH =
  /[ :.,(]*(?:\bin scope |\bwhile \w+ing\b|\bquery: |\bSELECT (?!ON\b)|\bpath \/)/i;
const TAIL = /\.?(?: ?\([A-Z0-9_]+\)| ?\(version [^()]*(?:\([^()]*\))?\)\.?)+\s*$/;

const NOTHING_KNOWN = {
  code: null,
  httpStatus: null,
  sent: 'nothing',
  view: null,
  constraintOf: null,
  row: null,
  tooManyTablePartitions: false,
} as const;

/**
 * Messages for the case that something other than the HTTP interface of ClickHouse answers at its address: the native protocol,
 * another program, or unexpected TLS.
 */

const HTTP_PORTS =
  'set CLICKHOUSE_HOST and CLICKHOUSE_PORT to the HTTP interface of ClickHouse, whose port is usually 8123, or 8443 with CLICKHOUSE_SECURE=true';

const BODY_TOO_LARGE = 413;

/** A gateway answers with this status, or a higher one, while the right server behind it is down. */
const FIRST_GATEWAY_STATUS = 500;

/** How ClickHouse itself answers HTTP requests on the port of its native protocol (`TCPHandler`, 26.7). */
const NATIVE_PORT = /^Port \d+ is for clickhouse-client program/;
const NATIVE_PORT_HINT = /You must use port (\d{1,5}) for HTTP/;

/** Codes of OpenSSL, and of Node 18, for an answer that does not begin like TLS. */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'EPROTO',
]);

/** The number of the error; null if the answer is not from ClickHouse. */
export function codeOf({ text, code }: Pick<FailureAnswer, 'text' | 'code'>): number | null {
  const given = code ?? /^Code: (\d+)\./.exec(text)?.[1];
  return given === undefined ? null : Number(given);
}

/**
 * Interprets a server's answer that reports a failure. Its text goes no further than this function, except for errors that
 * quote no row. `name` is the server's name of the error. It is never read from the text, because rows can contain such words
 * too.
 */
export function serverError(
  answer: FailureAnswer,
  {
    name = null,
    isWithoutRows = false,
  }: { readonly name?: string | null; readonly isWithoutRows?: boolean | undefined } = {},
): InsertError {
  const { text } = answer;
  const code = codeOf(answer);
  if (code === null) return foreignError(answer);
  const known = CLICKHOUSE_CODES.get(code);
  const said = text.replace(PREFIX, '');
  const constraint = code === VIOLATED_CONSTRAINT ? CONSTRAINT.exec(said) : null;
  const [, , constraintDatabase, constraintTable, row] = constraint ?? [];
  const constraintOf = nameOf(constraintDatabase, constraintTable);
  const pushing = THROWN_BELOW.includes(code) ? null : PUSHING.exec(said);
  const [, viewDatabase, viewTable] = pushing ?? [];
  const view = nameOf(viewDatabase, viewTable);
  const details = [
    constraint && `a row breaks constraint ${constraint[1]} of ${constraintOf ?? 'a table'}`,
    view && `while pushing to view ${view}`,
    (isWithoutRows || known?.isQuotable === true) && quoted(said),
  ].filter(Boolean);
  return {
    kind: 'server',
    code,
    httpStatus: null,
    sent: 'whole',
    message: [`ClickHouse error ${code} ${name ?? known?.name ?? ''}`.trimEnd(), ...details].join(
      ': ',
    ),
    view,
    constraintOf,
    // The server counts rows from 1.
    row: row === undefined ? null : Number(row) - 1,
    tooManyTablePartitions:
      code === 252 && said.startsWith('Too many partitions for single INSERT block'),
  };
}

/** Interprets an answer without any header of ClickHouse, whether it reports success or failure. */
export function foreignError(answer: Omit<FailureAnswer, 'code'>): InsertError {
  const message = foreignAnswer(answer, answer.address);
  const httpStatus = answer.status ?? null;
  return { ...NOTHING_KNOWN, kind: 'server', httpStatus, sent: 'whole', message };
}

/** Interprets the failure of a connection. */
export function networkError(
  error: unknown,
  { address, isKnown }: { readonly address: string; readonly isKnown: boolean },
  sent: Sent,
): InsertError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'connection lost';
  const left = NEVER_CONNECTED.has(code) ? 'nothing' : sent;
  const where = left === 'part' ? ' in the middle of the body' : '';
  const foreign = foreignConnection(code, address, isKnown);
  const message = `no answer from ${address}: ${code}${where}${foreign === null ? '' : `: ${foreign}`}`;
  return { ...NOTHING_KNOWN, kind: 'network', sent: left, message };
}

export function idleError(address: string, idleMs: number): InsertError {
  const message = `${address} accepted no byte of the insert for ${idleMs} ms`;
  return { ...NOTHING_KNOWN, kind: 'network', sent: 'part', message };
}

/** The host has stopped answering altogether while a request waited there. */
export function lostError(address: string, sent: Sent): InsertError {
  const message = `${address} has stopped answering, so the request to it was canceled`;
  return { ...NOTHING_KNOWN, kind: 'network', sent, message };
}

/** None of several hosts answers. */
export function unreachableError(whys: readonly string[]): InsertError {
  const message = `no host in CLICKHOUSE_HOST answers: ${whys.join('; ')}`;
  return { ...NOTHING_KNOWN, kind: 'network', message };
}

export function deadlineError(address: string, deadlineMs: number, sent: Sent): InsertError {
  const message = `no answer from ${address} within ${deadlineMs} ms`;
  return { ...NOTHING_KNOWN, kind: 'timeout', sent, message };
}

export function abortedError(sent: Sent): InsertError {
  const message = 'the caller canceled the request';
  return { ...NOTHING_KNOWN, kind: 'aborted', sent, message };
}

function quoted(said: string): string {
  const [text = ''] = said.replace(TAIL, '').replace(/\s+/g, ' ').trim().split(QUERY_OR_PATH);
  return text.length <= QUOTED_CHARACTERS ? text : `${text.slice(0, QUOTED_CHARACTERS)}...`;
}

/** Writes a name like all other names, because servers differ in which words they quote. */
function nameOf(database: string | undefined, table: string | undefined): string | null {
  if (table === undefined) return null;
  if (database === undefined) return writtenIdentifier(unquoted(table));
  return writtenName({ database: unquoted(database), table: unquoted(table) });
}

/** The message for an HTTP answer without any header of ClickHouse. Of its text, only the number of a port is repeated. */
function foreignAnswer(
  answer: { readonly text: string; readonly status: number | undefined },
  address: string,
): string {
  const { text, status } = answer;
  const said = `the answer was HTTP ${status ?? 'without a status'}, not from ClickHouse's HTTP interface`;
  if (NATIVE_PORT.test(text)) {
    const port = NATIVE_PORT_HINT.exec(text)?.[1];
    const hint = port === undefined ? '' : ` (it says that its HTTP port is ${port})`;
    return `${address} speaks the native protocol of ClickHouse, which is for clickhouse-client${hint}: ${HTTP_PORTS}`;
  }
  if (status === BODY_TOO_LARGE) {
    return `${said}: a proxy in front of it rejects request bodies of that size (raise its limit, for example client_max_body_size of nginx)`;
  }
  if (status !== undefined && status >= FIRST_GATEWAY_STATUS) return said;
  return `${said}: ${address} is not ClickHouse; ${HTTP_PORTS}`;
}

/**
 * The message for a connection that failed with this code of Node's; null if the code says nothing about the port. `isKnown`:
 * ClickHouse has answered at this address before.
 */
function foreignConnection(code: string, address: string, isKnown: boolean): string | null {
  if (NOT_TLS.has(code)) {
    return `the server at ${address} does not speak TLS: set CLICKHOUSE_SECURE=false, or CLICKHOUSE_PORT to the HTTPS port of ClickHouse, usually 8443`;
  }
  if (code.startsWith('HPE_')) {
    return `the server at ${address} does not speak HTTP, or only over TLS: ${HTTP_PORTS}`;
  }
  if (code === 'ECONNRESET' && !isKnown) {
    return `${address} closed the connection without an answer. If this continues, it expects TLS or is not ClickHouse: ${HTTP_PORTS}`;
  }
  return null;
}
