import type { Target } from './target.js';

/** An expected column, lineage included, that no insert fills as the table is now. */
export interface Unfilled {
  readonly column: string;
  /** For example `column payload is missing`. */
  readonly why: string;
  /** The part of `ALTER TABLE` behind the table's name that fixes it; null where only another table does. */
  readonly alteration: string | null;
}

/** A table as it is now. */
export interface FoundTable {
  readonly target: Target;
  readonly unfilled: readonly Unfilled[];
  /** With `fsync`: why the table may answer before rows are on disk, and the statement that fixes it. */
  readonly notDurable: string | null;
  /** When somebody last changed it, in milliseconds since 1970 by the server's clock; null where that is not known. */
  readonly changedAtMs: number | null;
}
