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

/** The name behind an identifier as the server writes it. */
export function unquoted(identifier: string): string {
  if (!identifier.startsWith('`')) return identifier;
  return identifier
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}
