import type { ContractSpec } from '../../domain/contract/contract-spec.js';

export interface UnseenPath {
  /** `customer.name` */
  readonly path: string;
  /** Events that have it. */
  readonly events: number;
}

/** The most paths to remember. An object whose keys are data, such as ids, would have any number of them. */
const MAX_PATHS = 1_000;

/** The fields of events without a column, the most frequent first. */
export function unseenPaths(
  events: readonly Readonly<Record<string, unknown>>[],
  { columns, when }: ContractSpec,
): readonly UnseenPath[] {
  const hasRest = columns.some(({ from }) => from.kind === 'rest');
  if (hasRest || columns.some(({ from }) => from.kind === 'value')) return [];
  const taken = columns.flatMap(({ from }) => (from.kind === 'event' ? [from.path] : []));
  return fieldPaths(events, when === null ? taken : [...taken, when.path]);
}

/** The fields of events except those taken, the most frequent first. */
export function fieldPaths(
  events: readonly Readonly<Record<string, unknown>>[],
  taken: readonly (readonly string[])[],
): readonly UnseenPath[] {
  const isTaken = new Set(taken.map((path) => JSON.stringify(path)));
  const counts = new Map<string, number>();
  const visit = (value: object, outer: readonly string[]) => {
    for (const [key, member] of Object.entries(value) as readonly [string, unknown][]) {
      const path = [...outer, key];
      if (isTaken.has(JSON.stringify(path))) continue;
      const isObject = typeof member === 'object' && member !== null && !Array.isArray(member);
      if (isObject && Object.keys(member).length > 0) {
        visit(member, path);
        continue;
      }
      const text = path.join('.');
      if (counts.size < MAX_PATHS || counts.has(text)) {
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
  };
  for (const event of events) visit(event, []);
  return [...counts]
    .map(([path, count]) => ({ path, events: count }))
    .toSorted((a, b) => b.events - a.events);
}
