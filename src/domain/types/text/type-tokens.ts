/** Says where and why a type text can't be parsed. */
export class TypeTextError extends Error {
  /** Number of characters before the faulty position. */
  readonly position: number;

  constructor(text: string, position: number, expected: string) {
    const found = position < text.length ? `"${text.slice(position, position + 20)}"` : 'the end';
    super(`type "${text}": expected ${expected} at character ${position + 1}, found ${found}`);
    this.name = 'TypeTextError';
    this.position = position;
  }
}

export interface Token {
  /** `end` is the last token and occurs once. */
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'mark' | 'end';
  /** Its meaning: quotes removed, escapes resolved. */
  readonly value: string;
  readonly position: number;
}

const PATTERNS = [
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['number', /[+-]?(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?)/iy],
  ['string', /'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ['quoted', /`(?:[^`\\]|\\[\s\S]|``)*`|"(?:[^"\\]|\\[\s\S]|"")*"/y],
  ['mark', /[(),=.]/y],
] as const;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
};

/** Splits a type text into its tokens. Throws `TypeTextError`. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = skipSpace(text, 0);
  while (position < text.length) {
    const token = tokenAt(text, position);
    tokens.push(token.token);
    position = skipSpace(text, token.end);
  }
  return [...tokens, { kind: 'end', value: '', position: text.length }];
}

function tokenAt(text: string, position: number): { readonly token: Token; readonly end: number } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = position;
    const written = pattern.exec(text)?.[0];
    if (written === undefined) continue;
    const value = kind === 'string' || kind === 'quoted' ? unquoted(written) : written;
    return { token: { kind, value, position }, end: position + written.length };
  }
  const isOpen = /^['"`]/.test(text.slice(position));
  throw new TypeTextError(text, position, isOpen ? 'a closing quote after this one' : 'a type');
}

function unquoted(written: string): string {
  const quote = written.charAt(0);
  return written
    .slice(1, -1)
    .replaceAll(
      /\\x([0-9a-fA-F]{2})|\\([\s\S])|(['"`])\3/g,
      (all, hex?: string, escaped?: string, doubled?: string) => {
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        if (escaped !== undefined) return ESCAPES[escaped] ?? escaped;
        return doubled === quote ? quote : all;
      },
    );
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}
