import type { Unfilled } from './drift.js';
import type { Target } from './target.js';

/** A table as it is now. */
export interface FoundTable {
  readonly target: Target;
  readonly unfilled: readonly Unfilled[];
  /** With `fsync`: why the table may answer before rows are on disk, and the statement that fixes it. */
  readonly notDurable: string | null;
  /** When the table was last changed, in milliseconds since 1970 by the server's clock. Null if unknown. */
  readonly changedAtMs: number | null;
}
