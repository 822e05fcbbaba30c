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
  /** From the header, where the server set it. */
  readonly code: string | undefined;
  readonly status: number | undefined;
  /** Where the request was sent. */
  readonly address: string;
}

/** How much of a request's body was handed over; `nothing` for a request without one. */
export type Sent = InsertError['sent'];

const QUOTED_CHARACTERS = 240;

/** Node's names for failures before there was a connection: nothing of the request has left. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** A library below ClickHouse threw: the server names no view in such a text, and the text may end with a row's value. */
const THROWN_BELOW = [1_000, 1_001, 1_002];

/** Of a constraint that a row breaks: no other error begins with its name. */
const VIOLATED_CONSTRAINT = 469;

const PREFIX = /^(?:Code: \d+\. DB::Exception: )+/;
/** Both stand where only the server writes: at the very start, and at the very end. */
const CONSTRAINT = new RegExp(
  `^Constraint (${IDENTIFIER}) for table (?:(${IDENTIFIER})\\.)?(${IDENTIFIER})(?: \\([0-9a-f-]{36}\\))? ` +
    `(?:is violated at row (\\d+)\\.)?`,
);
const PUSHING = new RegExp(
  `: while pushing to view (${IDENTIFIER})\\.(${IDENTIFIER})(?: \\([0-9a-f-]{36}\\))?` +
    `(?:\\.? ?\\((?:[A-Z0-9_]+|version [^()]*(?:\\([^()]*\\))?)\\))+\\s*$`,
);
/**
 * What may hold a row's value in a text that is shown otherwise. A dictionary that asks its source for each row (DIRECT)
 * fails with its query, which has the row's key in it, and Keeper names the node of a key.
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
 * Words for what answers at the address of ClickHouse and is not its HTTP interface: the native protocol, another program, or
 * TLS where none was expected.
 */

const HTTP_PORTS =
  'set CLICKHOUSE_HOST and CLICKHOUSE_PORT to the HTTP interface of ClickHouse, whose port is 8123 as a rule, or 8443 with CLICKHOUSE_SECURE=true';

const BODY_TOO_LARGE = 413;

/** A gateway in front of the right server answers with these while that server is away. */
const FIRST_GATEWAY_STATUS = 500;

/** What ClickHouse itself answers to HTTP on the port of its native protocol (`TCPHandler`, 26.7). */
const NATIVE_PORT = /^Port \d+ is for clickhouse-client program/;
const NATIVE_PORT_HINT = /You must use port (\d{1,5}) for HTTP/;

/** Of OpenSSL, and of Node 18 for the same: the first bytes of the answer were not those of TLS. */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'EPROTO',
]);

/** The number of the error; null where the answer is not ClickHouse's. */
export function codeOf({ text, code }: Pick<FailureAnswer, 'text' | 'code'>): number | null {
  const given = code ?? /^Code: (\d+)\./.exec(text)?.[1];
  return given === undefined ? null : Number(given);
}

/**
 * What a server's answer of failure means. The text itself goes no further than this function. `name` is what the server
 * calls the error: a name is never read from the text, because rows can hold such words too.
 */
export function serverError(answer: FailureAnswer, name: string | null = null): InsertError {
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
    known?.isQuotable === true && quoted(said),
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

/** An answer that has no mark of ClickHouse, whether it says success or failure. */
export function foreignError(answer: Omit<FailureAnswer, 'code'>): InsertError {
  const message = foreignAnswer(answer, answer.address);
  const httpStatus = answer.status ?? null;
  return { ...NOTHING_KNOWN, kind: 'server', httpStatus, sent: 'whole', message };
}

/** What the failure of a connection means. */
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
  const message = `${address} took no byte of the insert for ${idleMs} ms`;
  return { ...NOTHING_KNOWN, kind: 'network', sent: 'part', message };
}

/** The host has stopped to answer anything at all while a request waited there. */
export function lostError(address: string, sent: Sent): InsertError {
  const message = `${address} answers nothing any more: its request was given up`;
  return { ...NOTHING_KNOWN, kind: 'network', sent, message };
}

/** Of several hosts none answers. */
export function unreachableError(whys: readonly string[]): InsertError {
  const message = `no host of CLICKHOUSE_HOST answers: ${whys.join('; ')}`;
  return { ...NOTHING_KNOWN, kind: 'network', message };
}

export function deadlineError(address: string, deadlineMs: number, sent: Sent): InsertError {
  const message = `no answer from ${address} within ${deadlineMs} ms`;
  return { ...NOTHING_KNOWN, kind: 'timeout', sent, message };
}

export function abortedError(sent: Sent): InsertError {
  const message = 'the request was given up by its caller';
  return { ...NOTHING_KNOWN, kind: 'aborted', sent, message };
}

function quoted(said: string): string {
  const [text = ''] = said.replace(TAIL, '').replace(/\s+/g, ' ').trim().split(QUERY_OR_PATH);
  return text.length <= QUOTED_CHARACTERS ? text : `${text.slice(0, QUOTED_CHARACTERS)}...`;
}

/** As everything else here writes names: servers differ in which words they quote. */
function nameOf(database: string | undefined, table: string | undefined): string | null {
  if (table === undefined) return null;
  if (database === undefined) return writtenIdentifier(unquoted(table));
  return writtenName({ database: unquoted(database), table: unquoted(table) });
}

/** Of an HTTP answer that has no mark of ClickHouse. Nothing of its text is repeated but the number of a port. */
function foreignAnswer(
  answer: { readonly text: string; readonly status: number | undefined },
  address: string,
): string {
  const { text, status } = answer;
  const said = `the answer was HTTP ${status ?? 'without a status'}, not from ClickHouse's HTTP interface`;
  if (NATIVE_PORT.test(text)) {
    const port = NATIVE_PORT_HINT.exec(text)?.[1];
    const hint = port === undefined ? '' : ` (it says that its HTTP is on port ${port})`;
    return `${address} is the native protocol of ClickHouse, for clickhouse-client${hint}: ${HTTP_PORTS}`;
  }
  if (status === BODY_TOO_LARGE) {
    return `${said}: a proxy in front of it takes no body of that size (client_max_body_size of nginx, for example)`;
  }
  if (status !== undefined && status >= FIRST_GATEWAY_STATUS) return said;
  return `${said}: ${address} is another program; ${HTTP_PORTS}`;
}

/**
 * Of a connection that failed with this code of Node's; null where the code says nothing about the port. `isKnown`: ClickHouse
 * has answered at this address before.
 */
function foreignConnection(code: string, address: string, isKnown: boolean): string | null {
  if (NOT_TLS.has(code)) {
    return `what answers at ${address} does not speak TLS: set CLICKHOUSE_SECURE=false, or CLICKHOUSE_PORT to the HTTPS port of ClickHouse, 8443 as a rule`;
  }
  if (code.startsWith('HPE_')) {
    return `what answers at ${address} does not speak HTTP, or only with TLS: ${HTTP_PORTS}`;
  }
  if (code === 'ECONNRESET' && !isKnown) {
    return `${address} closed the connection before it answered anything; if this continues, it expects TLS or is another program: ${HTTP_PORTS}`;
  }
  return null;
}
