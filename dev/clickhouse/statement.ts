import { RUNNING_QUERIES } from './running-queries.js';
import { ServerError, SYNTAX_ERROR } from './server-error.js';
import { isKeyword, sqlTokens, type Token } from './sql-tokens.js';

/** What the front itself needs to know about a statement. */
export interface Statement {
  /** The text for the engine. It reads the front's list of running queries instead of the engine's. */
  readonly sql: string;
  readonly readsRunningQueries: boolean;
  /** The format that the statement itself asks for. */
  readonly format: string | undefined;
  /** The queries that a KILL QUERY is to end. */
  readonly kill: KillQuery | undefined;
}

export interface KillQuery {
  readonly condition: string;
  readonly mode: 'SYNC' | 'ASYNC' | 'TEST';
}

const KILL_MODES = ['SYNC', 'ASYNC', 'TEST'] as const;

export function parseStatement(sql: string): Statement {
  const tokens = [...sqlTokens(sql)];
  const end = tokens.findIndex(({ text }) => text === ';');
  const next = end < 0 ? undefined : tokens[end + 1];
  if (next) {
    const message = `Syntax error (Multi-statements are not allowed): failed at position ${next.start + 1}`;
    throw new ServerError(SYNTAX_ERROR, `${message}. (SYNTAX_ERROR)`);
  }
  const rewritten = isShowProcessList(tokens)
    ? sql.replace(/SHOW\s+PROCESSLIST/i, `SELECT * FROM ${RUNNING_QUERIES}`)
    : withRunningQueries(sql, tokens);
  return {
    sql: rewritten,
    readsRunningQueries: rewritten !== sql,
    format: formatOf(tokens),
    kill: killOf(rewritten),
  };
}

function withRunningQueries(sql: string, tokens: readonly Token[]): string {
  const parts: string[] = [];
  let copiedTo = 0;
  tokens.forEach((token, index) => {
    const [dot, table] = [tokens[index + 1], tokens[index + 2]];
    if (!isNamed(token, 'system') || dot?.text !== '.' || !table || !isNamed(table, 'processes'))
      return;
    parts.push(sql.slice(copiedTo, token.start), RUNNING_QUERIES);
    copiedTo = table.end;
  });
  return [...parts, sql.slice(copiedTo)].join('');
}

function isShowProcessList([verb, noun]: readonly Token[]): boolean {
  return isKeyword(verb, 'SHOW') && isKeyword(noun, 'PROCESSLIST');
}

function isNamed({ kind, text }: Token, name: string): boolean {
  return text === name || (kind === 'name' && text.slice(1, -1) === name);
}

/** Finds `FORMAT x` at the end, where only settings may follow. Elsewhere the word may be a column. */
function formatOf(tokens: readonly Token[]): string | undefined {
  const at = tokens.findLastIndex((token) => isKeyword(token, 'FORMAT'));
  const [format, follower] = [tokens[at + 1], tokens[at + 2]];
  if (at < 1 || format?.kind !== 'word') return undefined;
  return !follower || follower.text === ';' || isKeyword(follower, 'SETTINGS')
    ? format.text
    : undefined;
}

function killOf(sql: string): KillQuery | undefined {
  const tokens = [...sqlTokens(sql)];
  if (!isKeyword(tokens[0], 'KILL') || !isKeyword(tokens[1], 'QUERY')) return undefined;
  const where = tokens.find((token) => isKeyword(token, 'WHERE'));
  if (!where) return undefined;
  const modeToken = tokens.find((token) => KILL_MODES.some((mode) => isKeyword(token, mode)));
  const tail = tokens.find(
    (token) => token === modeToken || isKeyword(token, 'FORMAT') || token.text === ';',
  );
  return {
    condition: sql.slice(where.end, tail?.start),
    mode: KILL_MODES.find((mode) => isKeyword(modeToken, mode)) ?? 'ASYNC',
  };
}
