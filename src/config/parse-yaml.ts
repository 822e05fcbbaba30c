import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { counted } from '../domain/readable-units.js';
import type { ConfigFileProblem } from './config-file-error.js';

interface Place {
  readonly line: number;
  readonly column: number;
}

export type ParsedYaml =
  | {
      readonly kind: 'valid';
      /** Whole numbers beyond 2^53 are bigints, because rounding them could silently change a default. */
      readonly value: unknown;
      /** The place of a key. If the key is missing, the place of the closest key above it that exists. */
      readonly placeOf: (at: readonly (string | number)[]) => Place;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigFileProblem[] };

/** Parses one YAML 1.2 document. Duplicate keys and unknown tags are errors. */
export function parseYaml(text: string): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, intAsBigInt: true });
  // YAML parses the key `null` as null, but it is the name of an option.
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && typeof key.value !== 'string') key.value = key.source ?? '';
    },
  });
  const placeAt = (position: number): Place => {
    const { line, col } = lineCounter.linePos(position);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    const { shown, following } = separated(errors);
    const problems = shown.map((error) => ({
      ...placeAt(error.pos[0]),
      text: `the YAML can't be read: ${whyUnreadable(error, text)}${error === shown.at(-1) ? following : ''}`,
    }));
    return { kind: 'invalid', problems };
  }
  try {
    return {
      kind: 'valid',
      value: withoutEmptyKeys(plain(document.toJS({ maxAliasCount: 100 }))),
      placeOf: (at) => placeAt(positionOf(document, at)),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'invalid', problems: [{ line: 1, column: 1, text: why }] };
  }
}

/** These errors don't keep the parser from reading what comes next. */
const INDEPENDENT = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

/** After an error of the syntax, the parser reports everything that it misunderstands from there on. */
function separated(errors: readonly YAMLError[]): {
  readonly shown: readonly YAMLError[];
  readonly following: string;
} {
  const ordered = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const broken = ordered.findIndex(({ code }) => !INDEPENDENT.has(code));
  const shown = broken < 0 ? ordered : ordered.slice(0, broken + 1);
  const left = ordered.length - shown.length;
  const count = counted(left, 'more error follows', 'more errors follow');
  return { shown, following: left === 0 ? '' : ` (${count}, probably because of this one)` };
}

function whyUnreadable({ code, message, pos }: YAMLError, text: string): string {
  const [first = ''] = message.split('\n');
  const key = code === 'DUPLICATE_KEY' ? /^[\w.-]{1,100}/.exec(text.slice(pos[0])) : null;
  return key === null ? first : `the key ${key[0]} is given twice`;
}

function positionOf(document: Document.Parsed, at: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let position = document.contents?.range[0] ?? 0;
  for (const key of at) {
    const found = stepInto(isAlias(node) ? node.resolve(document) : node, key);
    if (found === null) break;
    position = found.position;
    node = found.node;
  }
  return position;
}

function stepInto(
  node: unknown,
  key: string | number,
): { readonly node: unknown; readonly position: number } | null {
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key] as Node | undefined;
    return item?.range ? { node: item, position: item.range[0] } : null;
  }
  if (!isMap(node)) return null;
  const pair = node.items.find((each) => isScalar(each.key) && each.key.value === String(key));
  const start = (pair?.key as Node | undefined)?.range?.[0];
  return start === undefined ? null : { node: pair?.value, position: start };
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/** A key with only comments below it, such as `contracts:`, is null. It counts as absent. */
function withoutEmptyKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));
}
