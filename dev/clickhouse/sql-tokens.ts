/** A word, number, quoted piece or single sign of a statement; white space and comments are left out. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'sign';
  /** The token as written, including quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many brackets of any kind are open around it. */
  readonly depth: number;
}

const BLANK = /\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\//y;
const PIECES: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[A-Za-z_][A-Za-z0-9_$]*/y],
  ['word', /[0-9][A-Za-z0-9_.]*/y],
  ['string', /'(?:[^'\\]+|\\[\s\S]|'')*'/y],
  ['string', /\$(\w*)\$[\s\S]*?\$\1\$/y],
  ['name', /`(?:[^`\\]+|\\[\s\S]|``)*`|"(?:[^"\\]+|\\[\s\S]|"")*"/y],
  // It begins but does not end, so the rest of the text belongs to it.
  ['sign', /(?:\/\*|['"`]|\$\w*\$)[\s\S]*/y],
  ['sign', /[\s\S]/y],
];

/**
 * Splits a statement into tokens by ClickHouse's lexical rules, far enough to tell a keyword from quoted text. Only the engine
 * decides whether the statement is valid.
 */
export function* sqlTokens(sql: string): Generator<Token> {
  let at = 0;
  let depth = 0;
  while (at < sql.length) {
    const blank = match(BLANK, sql, at);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const [kind, text] = pieceAt(sql, at);
    if (kind === 'sign' && ')]}'.includes(text)) depth -= 1;
    yield { kind, text, start: at, end: at + text.length, depth };
    if (kind === 'sign' && '([{'.includes(text)) depth += 1;
    at += text.length;
  }
}

/** Whether a token is this keyword, outside all brackets. */
export function isKeyword(token: Token | undefined, keyword: string): boolean {
  return token?.kind === 'word' && token.depth === 0 && token.text.toUpperCase() === keyword;
}

function pieceAt(sql: string, at: number): readonly [Token['kind'], string] {
  for (const [kind, pattern] of PIECES) {
    const text = match(pattern, sql, at);
    if (text !== undefined) return [kind, text];
  }
  throw new Error('unreachable: any sign is a piece');
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}
