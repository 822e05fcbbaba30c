/** Names one table of the server. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

/** Words that begin something else than a column in the list of a `CREATE TABLE`. */
const BEGINS_OTHERS = /^(index|constraint|projection|primary|foreign|statistics)$/i;

/**
 * An identifier as the server writes it, as the source of a regular expression: bare where it is a plain word, and
 * otherwise in back-quotes with escapes. Nothing else, because the text of an error can go on with the values of a row.
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

/** Reads `table` or `database.table`; null where it is neither. */
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

/** The table that holds what could not become a row of this one. */
export function deadLettersOf({ database, table }: TableName): TableName {
  return { database, table: `${table}_dead_letters` };
}

/** The name as it stands in SQL, quoted so that no name can be read as anything else. */
export function sqlName({ database, table }: TableName): string {
  return `${sqlIdentifier(database)}.${sqlIdentifier(table)}`;
}

/** Quoted always. ClickHouse reads backslash escapes within back-quotes (26.7). */
export function sqlIdentifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

/** The name as people write it: quoted only where it must be. */
export function writtenName({ database, table }: TableName): string {
  return `${writtenIdentifier(database)}.${writtenIdentifier(table)}`;
}

export function writtenIdentifier(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !BEGINS_OTHERS.test(name) ? name : sqlIdentifier(name);
}

/** The name behind an identifier as the server writes it. */
export function unquoted(identifier: string): string {
  if (!identifier.startsWith('`')) return identifier;
  return identifier
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}
