import { CLICKHOUSE_CODES } from '../../../domain/insert-failures/clickhouse-codes.js';
import type { InsertError } from '../../../domain/insert-failures/insert-error.js';
import { writtenIdentifier, writtenName } from '../../../domain/table/table-name.js';
import { foreignAnswer, foreignConnection } from './foreign-answers.js';
import { IDENTIFIER, unquoted } from './server-identifiers.js';

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

export interface FailureAnswer {
  readonly text: string;
  /** From the header, where the server set it. */
  readonly code: string | undefined;
  readonly status: number | undefined;
  /** Where the request was sent. */
  readonly address: string;
}

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

const NOTHING_KNOWN = {
  code: null,
  httpStatus: null,
  sent: 'nothing',
  view: null,
  constraintOf: null,
  row: null,
  tooManyTablePartitions: false,
} as const;

/** How much of a request's body was handed over; `nothing` for a request without one. */
export type Sent = InsertError['sent'];

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
