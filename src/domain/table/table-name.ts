/** Names one table of the server. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

/** Words that begin something other than a column in the list of a `CREATE TABLE`. */
const BEGINS_OTHERS = /^(index|constraint|projection|primary|foreign|statistics)$/i;

/**
 * Source of a regular expression for an identifier as the server writes it: a plain word, or a text in backquotes with
 * escapes. It matches nothing else, because the rest of an error's text may quote values of a row.
 */
export const IDENTIFIER = '(?:`(?:[^`\\\\]|\\\\.)*`|[A-Za-z_]\\w*)';

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
};

/** Parses `table` or `database.table`. Null if it is neither. */
export function parseTableName(text: string, defaultDatabase: string): TableName | null {
  const parts = text.split('.');
  const [first = '', second] = parts;
  if (parts.length > 2 || first === '' || second === '') {
    return null;
  }
  return second === undefined
    ? { database: defaultDatabase, table: first }
    : { database: first, table: second };
}

/** The table for the dead letters of this table. */
export function deadLettersOf({ database, table }: TableName): TableName {
  return { database, table: `${table}_dead_letters` };
}

/** The name for SQL, quoted so that it can't be read as anything else. */
export function sqlName({ database, table }: TableName): string {
  return `${sqlIdentifier(database)}.${sqlIdentifier(table)}`;
}

/** Always quoted. ClickHouse reads backslash escapes in backquotes (26.7). */
export function sqlIdentifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

/** The name as people write it: quoted only if necessary. */
export function writtenName({ database, table }: TableName): string {
  return `${writtenIdentifier(database)}.${writtenIdentifier(table)}`;
}

export function writtenIdentifier(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !BEGINS_OTHERS.test(name) ? name : sqlIdentifier(name);
}

/** The name that an identifier of the server stands for. */
export function unquoted(identifier: string): string {
  if (!identifier.startsWith('`')) return identifier;
  return identifier
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}
