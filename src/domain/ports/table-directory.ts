import type { FoundTable } from '../table/found-table.js';
import type { TableIdentity } from '../table/identity.js';
import type { TableName } from '../table/table-name.js';
import type { TableWishes, Target } from '../table/target.js';
import type { EpochExtent } from '../records/offset-range.js';

export interface PresentTable extends TableIdentity {
  /** Another one after each ALTER of the table, and after a view was attached to it or detached. */
  readonly version: string;
}

/** Finds out, or makes, what a pipeline writes into. */
export interface TableDirectory {
  /**
   * Describes the table and its dead-letter table; makes missing ones where that is allowed, never alters one. Throws
   * `TableMissing` where it may not.
   */
  prepare(
    table: TableName,
    wishes: TableWishes,
  ): Promise<{ readonly target: Target; readonly warnings: readonly string[] }>;
  /** The table that is there under this name; null where there is none. Keeper is asked only where that is needed. */
  identify(table: TableName, known: TableIdentity): Promise<PresentTable | null>;
  /** The table as it is, whatever is wrong with it; null where there is none. Makes and refuses nothing. */
  describe(table: TableName, wishes: TableWishes): Promise<FoundTable | null>;
  /** Rows of the table that lineage does not show to be this topic's. */
  rowsOfOtherOrigin(table: TableName, topic: string): Promise<number>;
  /** What the table, which must have lineage, holds under the topic's name, and what its dead letters do: of every log. */
  extents(
    table: TableName,
    topic: string,
  ): Promise<{ readonly rows: readonly EpochExtent[]; readonly letters: readonly EpochExtent[] }>;
}
