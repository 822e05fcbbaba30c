import type { Problem } from './problem.js';

/** `millrace.config.ts:3:26` */
const PLACE = /^(.+):(\d+):(\d+)$/;

const KEY = /^(?:'([^'\n]+)'|"([^"\n]+)"|([\w$]+))\s*:/;

export interface FoundInFile {
  /** What the compiler says. */
  readonly types: readonly Problem[];
  /** What loading the file has found, which knows no lines. */
  readonly loaded: readonly Problem[];
}

/**
 * Reports once what both the compiler and the loading of a config refuse: in the words of the loading, at the compiler's place.
 * They mean the same if the file has the key at the compiler's place only once, and one problem of each is about it.
 */
export function mergeTypeProblems(
  { types, loaded }: FoundInFile,
  { file, source }: { readonly file: string; readonly source: string },
): readonly Problem[] {
  const lines = source.split('\n');
  const keyed = types.map((problem) => ({ problem, key: keyAt(problem.place, file, lines) }));
  const merged = new Map<Problem, Problem>();
  for (const { problem, key } of keyed) {
    if (key === null || occurrences(source, key) !== 1) continue;
    const same = loaded.filter(({ place, text }) => place === file && isAbout(text, key));
    const [only] = same;
    const isOnlyType = keyed.filter((other) => other.key === key).length === 1;
    if (only === undefined || same.length > 1 || !isOnlyType || merged.has(only)) continue;
    merged.set(only, problem);
  }
  const places = new Set(merged.values());
  return [
    ...types.filter((problem) => !places.has(problem)),
    ...loaded.map((problem) => ({
      ...problem,
      place: merged.get(problem)?.place ?? problem.place,
    })),
  ];
}

/** The key of the property that begins at the place. */
function keyAt(place: string, file: string, lines: readonly string[]): string | null {
  const [, name, line, column] = PLACE.exec(place) ?? [];
  if (name !== file) return null;
  const rest = (lines[Number(line) - 1] ?? '').slice(Number(column) - 1);
  const [, single, double, bare] = KEY.exec(rest) ?? [];
  return single ?? double ?? bare ?? null;
}

/** How often the key begins a property. */
function occurrences(source: string, key: string): number {
  return source.split(new RegExp(`(?<![\\w$.])['"]?${escaped(key)}['"]?\\s*:`)).length - 1;
}

/** The loading names `column amount: ...`, `there is no option pth`, or the path of an option: `pipelines.orders.lanes must ...`. */
function isAbout(text: string, key: string): boolean {
  return new RegExp(`(?:\\bcolumn |\\boption |\\.)${escaped(key)}(?![\\w$.])`).test(text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
