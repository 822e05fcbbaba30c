import { type ContractSpec, sourceText } from '../../domain/contract/contract-spec.js';
import { fieldPaths } from './unseen-paths.js';

/** A column whose field is in no event of the sample. */
export interface UnfilledColumn {
  readonly column: string;
  /** The field that the column is read from: `delivery_id` */
  readonly path: string;
  /** A field of the events that differs only in case, `_`, `-` or nesting. Null if there is none. */
  readonly near: string | null;
}

/** The columns that no event of the sample fills. Empty if the sample has no events. */
export function unfilledColumns(
  events: readonly Readonly<Record<string, unknown>>[],
  { columns }: ContractSpec,
): readonly UnfilledColumn[] {
  if (events.length === 0) return [];
  const unfilled = columns.flatMap(({ name, from }) =>
    from.kind === 'event' && !events.some((event) => hasField(event, from.path))
      ? [{ column: name, path: sourceText(from) }]
      : [],
  );
  if (unfilled.length === 0) return [];
  const taken = columns.flatMap(({ from }) => (from.kind === 'event' ? [from.path] : []));
  const free = fieldPaths(events, taken);
  return unfilled.map((each) => ({ ...each, near: nearestPath(each.path, free) }));
}

function hasField(event: object, path: readonly string[]): boolean {
  let value: unknown = event;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return true;
}

/** A path with the same words comes before one whose last key has the same words. */
function nearestPath(path: string, others: readonly { readonly path: string }[]): string | null {
  const same = others.find((other) => wordsOf(other.path) === wordsOf(path));
  const inside = others.find((other) => wordsOf(lastKey(other.path)) === wordsOf(lastKey(path)));
  return (same ?? inside)?.path ?? null;
}

function wordsOf(path: string): string {
  return path.toLowerCase().replace(/[._-]/g, '');
}

function lastKey(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
