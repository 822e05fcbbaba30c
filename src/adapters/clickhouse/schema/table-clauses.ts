const CLAUSES = [
  'PARTITION BY',
  'PRIMARY KEY',
  'ORDER BY',
  'SAMPLE BY',
  'UNIQUE KEY',
  'TTL',
  'SETTINGS',
] as const;
export type ClauseName = (typeof CLAUSES)[number];

export interface TableClauses {
  /** The text after the keyword; empty if the clause is missing. */
  readonly clause: (name: ClauseName) => string;
  /** Settings that the table states for itself. */
  readonly settings: ReadonlyMap<string, string>;
}

/** Parses the text of `system.tables.engine_full`, which the server always writes in the same form. */
export function tableClauses(engineFull: string): TableClauses {
  const clauses = new Map<ClauseName, string>();
  let open: { readonly name: ClauseName; readonly from: number } | null = null;
  for (const at of topLevel(engineFull)) {
    const name = CLAUSES.find((keyword) => engineFull.startsWith(` ${keyword} `, at));
    if (name === undefined) continue;
    if (open !== null) clauses.set(open.name, engineFull.slice(open.from, at));
    open = { name, from: at + name.length + 2 };
  }
  if (open !== null) clauses.set(open.name, engineFull.slice(open.from));
  return {
    clause: (name) => clauses.get(name) ?? '',
    settings: new Map(splitList(clauses.get('SETTINGS') ?? '').map(setting)),
  };
}

/** Splits at the commas outside of brackets and quotes. */
export function splitList(text: string): readonly string[] {
  if (text === '') return [];
  const parts: string[] = [];
  let from = 0;
  for (const at of topLevel(text)) {
    if (text[at] !== ',') continue;
    parts.push(text.slice(from, at).trim());
    from = at + 1;
  }
  return [...parts, text.slice(from).trim()];
}

/** The text with every string literal emptied. */
export function withoutStrings(text: string): string {
  return text.replace(/'(?:[^'\\]|\\.)*'/gs, "''");
}

function setting(text: string): readonly [string, string] {
  const [name = '', value = ''] = text.split(/ = (.*)/s);
  return [name, value.replace(/^'(.*)'$/s, '$1')];
}

/** The positions in a text that are outside of brackets, strings and quoted names. */
function* topLevel(text: string): Generator<number> {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (`'"\``.includes(character)) {
      at = endOfQuotes(text, at);
    } else if ('([{'.includes(character)) {
      depth += 1;
    } else if (')]}'.includes(character)) {
      depth -= 1;
    } else if (depth === 0) {
      yield at;
    }
  }
}

/** The position where the quotes that open at `from` close. The server escapes with a backslash. */
function endOfQuotes(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[from]) return at;
  }
  return text.length;
}
