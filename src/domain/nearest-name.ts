/** With more edits than this, a name is another word, not a misspelling. */
const MAX_EDITS = 3;

/** The name that was probably meant, ignoring case; null if none is similar. */
export function nearestName(given: string, names: readonly string[]): string | null {
  const limit = Math.min(MAX_EDITS, Math.ceil(given.length / 2));
  const near = names
    .map((name) => ({ name, edits: editsBetween(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .toSorted((a, b) => a.edits - b.edits);
  return near[0]?.name ?? null;
}

/** A hint for an unknown name: the name that was probably meant, otherwise the text. */
export function nearestNameOr(text: string, given: string, names: readonly string[]): string {
  const near = nearestName(given, names);
  return near === null ? text : `did you mean ${near}?`;
}

/** A beginning of a name counts as one edit. */
function editsBetween(given: string, name: string): number {
  return name.startsWith(given) ? 1 : editDistance(given, name);
}

/** Optimal string alignment: letters inserted, removed, replaced, or two neighbours swapped. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
