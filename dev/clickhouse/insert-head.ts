import { isKeyword, sqlTokens, type Token } from './sql-tokens.js';

/** The head of an INSERT with data: everything before the data. Texts are latin1, one character per byte. */
export interface InsertHead {
  /** `INSERT INTO t (a, b)`. */
  readonly target: string;
  /** `SETTINGS a = 1`, or nothing. */
  readonly settings: string;
  readonly format: string;
  /** Where the data begins. */
  readonly dataAt: number;
}

export type HeadFinding =
  | { readonly kind: 'data-follows'; readonly head: InsertHead }
  /** An INSERT without data, for example with SELECT. */
  | { readonly kind: 'insert' }
  | { readonly kind: 'other' }
  /** The text is incomplete, and the rest decides. */
  | { readonly kind: 'unclear' };

/** Keywords after which an INSERT takes its rows from elsewhere. */
const ROWS_FROM_ELSEWHERE = ['SELECT', 'WITH', 'WATCH', 'FROM'];

const INSERT = 'INSERT';

/**
 * Finds the end of an INSERT's head in the beginning of a request. A token at the very end of the text may be incomplete, so no
 * result depends on the last token.
 */
export function findInsertHead(text: string): HeadFinding {
  let settingsAt: number | undefined;
  let verb: Token | undefined;
  let formatKeyword: Token | undefined;
  for (const token of sqlTokens(text)) {
    if (token.end === text.length) return { kind: 'unclear' };
    if (verb === undefined) {
      verb = token;
      if (!isKeyword(token, INSERT)) return { kind: 'other' };
      continue;
    }
    if (formatKeyword !== undefined) {
      const dataAt = behindFormat(token.end);
      if (dataAt === undefined) return { kind: 'unclear' };
      return { kind: 'data-follows', head: head(formatKeyword, token.text, dataAt) };
    }
    if (isKeyword(token, 'SETTINGS')) settingsAt ??= token.start;
    if (isKeyword(token, 'FORMAT')) formatKeyword = token;
    if (isKeyword(token, 'VALUES')) {
      return { kind: 'data-follows', head: head(token, 'Values', token.end) };
    }
    if (ROWS_FROM_ELSEWHERE.some((keyword) => isKeyword(token, keyword))) return { kind: 'insert' };
  }
  return { kind: 'unclear' };

  function head(clause: Token, format: string, dataAt: number): InsertHead {
    const target = text.slice(0, settingsAt ?? clause.start).trim();
    const settings = settingsAt === undefined ? '' : text.slice(settingsAt, clause.start).trim();
    return { target, settings, format, dataAt };
  }

  /** One line end belongs to the statement; a second one would be data. Undefined if it may still come. */
  function behindFormat(at: number): number | undefined {
    const rest = text.slice(at);
    const blanks = /^[ \t\f]*;?[ \t\f]*/.exec(rest)?.[0].length ?? 0;
    const lineEnd = /^\r?\n/.exec(rest.slice(blanks))?.[0].length ?? 0;
    const mayGoOn = lineEnd === 0 && /^\r?$/.test(rest.slice(blanks));
    return mayGoOn ? undefined : at + blanks + lineEnd;
  }
}
