/** An identifier as the server writes it, as the source of a regular expression: bare, or in back-quotes with escapes. */
export const IDENTIFIER = '(?:`(?:[^`\\\\]|\\\\.)*`|[^\\s`.()]+)';

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
