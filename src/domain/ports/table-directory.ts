import type { FoundTable } from '../table/found-table.js';
import type { TableIdentity } from '../table/identity.js';
import type { TableName } from '../table/table-name.js';
import type { TableWishes, Target } from '../table/target.js';
import type { EpochExtent } from '../records/offset-range.js';

export interface PresentTable extends TableIdentity {
  /** Changes after each ALTER of the table, and after a view is attached to it or detached. */
  readonly version: string;
}

/** Finds or creates the tables that a pipeline writes into. */
export interface TableDirectory {
  /**
   * Describes the table and its dead-letter table. Creates missing ones if that is allowed, and never alters one. Throws
   * `TableMissing` if it may not create them.
   */
  prepare(
    table: TableName,
    wishes: TableWishes,
  ): Promise<{ readonly target: Target; readonly warnings: readonly string[] }>;
  /** The table that has this name now. Null if there is none. Asks Keeper only if necessary. */
  identify(table: TableName, known: TableIdentity): Promise<PresentTable | null>;
  /** The table as it is now, whatever is wrong with it. Null if there is none. Creates and refuses nothing. */
  describe(table: TableName, wishes: TableWishes): Promise<FoundTable | null>;
  /** Number of rows whose lineage does not show that they came from this topic. */
  rowsOfOtherOrigin(table: TableName, topic: string): Promise<number>;
  /** Extents of the table's rows and dead letters, of every log with the topic's name. The table must have lineage. */
  extents(
    table: TableName,
    topic: string,
  ): Promise<{ readonly rows: readonly EpochExtent[]; readonly letters: readonly EpochExtent[] }>;
}
