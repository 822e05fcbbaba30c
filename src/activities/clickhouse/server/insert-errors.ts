import type { InsertError } from '../../../domain/batch/insert-error.js';
import { writtenIdentifier, writtenName } from '../../../domain/pipeline/table-name.js';
import { IDENTIFIER, unquoted } from './server-identifiers.js';

/** The names of the errors that Millrace acts on. A name is never read from a message: rows can hold such words too. */
const NAMES: Readonly<Record<number, string>> = {
  6: 'CANNOT_PARSE_TEXT',
  16: 'NO_SUCH_COLUMN_IN_TABLE',
  27: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  33: 'CANNOT_READ_ALL_DATA',
  38: 'CANNOT_PARSE_DATE',
  41: 'CANNOT_PARSE_DATETIME',
  47: 'UNKNOWN_IDENTIFIER',
  53: 'TYPE_MISMATCH',
  60: 'UNKNOWN_TABLE',
  72: 'CANNOT_PARSE_NUMBER',
  81: 'UNKNOWN_DATABASE',
  115: 'UNKNOWN_SETTING',
  117: 'INCORRECT_DATA',
  131: 'TOO_LARGE_STRING_SIZE',
  159: 'TIMEOUT_EXCEEDED',
  164: 'READONLY',
  192: 'UNKNOWN_USER',
  193: 'WRONG_PASSWORD',
  194: 'REQUIRED_PASSWORD',
  201: 'QUOTA_EXCEEDED',
  202: 'TOO_MANY_SIMULTANEOUS_QUERIES',
  203: 'NO_FREE_CONNECTION',
  209: 'SOCKET_TIMEOUT',
  210: 'NETWORK_ERROR',
  225: 'NO_ZOOKEEPER',
  241: 'MEMORY_LIMIT_EXCEEDED',
  242: 'TABLE_IS_READ_ONLY',
  243: 'NOT_ENOUGH_SPACE',
  252: 'TOO_MANY_PARTS',
  285: 'TOO_FEW_LIVE_REPLICAS',
  319: 'UNKNOWN_STATUS_OF_INSERT',
  349: 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN',
  395: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO',
  425: 'SYSTEM_ERROR',
  452: 'SETTING_CONSTRAINT_VIOLATION',
  469: 'VIOLATED_CONSTRAINT',
  497: 'ACCESS_DENIED',
  516: 'AUTHENTICATION_FAILED',
  517: 'CANNOT_ASSIGN_ALTER',
  774: 'TABLE_IS_PERMANENTLY_READ_ONLY',
  999: 'KEEPER_EXCEPTION',
};

/** Raised before any row is looked at, or by the state of the server: their texts hold no row, and help. */
const QUOTABLE = new Set([
  16, 47, 60, 81, 115, 159, 164, 192, 193, 194, 201, 202, 203, 209, 210, 225, 241, 242, 243, 252,
  285, 319, 425, 452, 497, 516, 774, 999,
]);

const QUOTED_CHARACTERS = 240;

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
const TAIL = /\.?(?: ?\([A-Z0-9_]+\)| ?\(version [^()]*(?:\([^()]*\))?\)\.?)+\s*$/;

/** What a server's answer of failure means. The text itself goes no further than this function. */
export function serverError(answer: {
  readonly text: string;
  /** From the header, where the server set it. */
  readonly code: string | undefined;
  readonly status: number | undefined;
}): InsertError {
  const { text, status } = answer;
  const given = answer.code ?? /^Code: (\d+)\./.exec(text)?.[1];
  if (given === undefined) {
    const message = `the answer was HTTP ${status ?? 'without a status'}, not from ClickHouse's HTTP interface`;
    return { ...NOTHING_KNOWN, kind: 'server', message };
  }
  const code = Number(given);
  const said = text.replace(PREFIX, '');
  const constraint = CONSTRAINT.exec(said);
  const [, , constraintDatabase, constraintTable, row] = constraint ?? [];
  const constraintOf = nameOf(constraintDatabase, constraintTable);
  const [, viewDatabase, viewTable] = PUSHING.exec(said) ?? [];
  const view = nameOf(viewDatabase, viewTable);
  const details = [
    constraint && `a row breaks constraint ${constraint[1]} of ${constraintOf ?? 'a table'}`,
    view && `while pushing to view ${view}`,
    QUOTABLE.has(code) && quoted(said),
  ].filter(Boolean);
  return {
    kind: 'server',
    code,
    message: [`ClickHouse error ${code} ${NAMES[code] ?? ''}`.trimEnd(), ...details].join(': '),
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
  view: null,
  constraintOf: null,
  row: null,
  tooManyTablePartitions: false,
} as const;

/** What the failure of a connection means; `address` is where it led. */
export function networkError(error: unknown, address: string): InsertError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'connection lost';
  return { ...NOTHING_KNOWN, kind: 'network', message: `no answer from ${address}: ${code}` };
}

export function idleError(address: string, idleMs: number): InsertError {
  const message = `${address} took no byte of the insert for ${idleMs} ms`;
  return { ...NOTHING_KNOWN, kind: 'network', message };
}

export function deadlineError(address: string, deadlineMs: number): InsertError {
  const message = `no answer from ${address} within ${deadlineMs} ms`;
  return { ...NOTHING_KNOWN, kind: 'timeout', message };
}

export function abortedError(): InsertError {
  return { ...NOTHING_KNOWN, kind: 'aborted', message: 'the request was given up by its caller' };
}

function quoted(said: string): string {
  // What follows this is the statement itself, which whoever reads it did not write.
  const [text = ''] = said.replace(TAIL, '').replace(/\s+/g, ' ').trim().split(' in scope ');
  return text.length <= QUOTED_CHARACTERS ? text : `${text.slice(0, QUOTED_CHARACTERS)}...`;
}

/** As everything else here writes names: servers differ in which words they quote. */
function nameOf(database: string | undefined, table: string | undefined): string | null {
  if (table === undefined) return null;
  if (database === undefined) return writtenIdentifier(unquoted(table));
  return writtenName({ database: unquoted(database), table: unquoted(table) });
}
