import type { Target } from '../table/target.js';
import type { TableName } from '../table/table-name.js';
import type { TableWishes } from '../table/target.js';

/** A statement that makes a table what a pipeline needs. */
export interface PlannedStatement {
  /** `database` creates the database of the table. */
  readonly kind: 'database' | 'create' | 'alter';
  readonly table: TableName;
  /** Without a semicolon, ready to run. */
  readonly sql: string;
}

/** What the start of a pipeline would find. */
export interface TablePlan {
  /** The table of events. Null if there is none. */
  readonly target: Target | null;
  /** Why a start would be refused, each reason in a sentence with what to do. A table that the start creates is no reason. */
  readonly refusals: readonly string[];
  /** Why the start does not create what is missing. Null if it does, or if nothing is missing. */
  readonly notCreated: string | null;
  /** In the order in which they should run. */
  readonly statements: readonly PlannedStatement[];
  /** Warnings about existing tables. */
  readonly warnings: readonly string[];
}

/** Finds out what a start would do with its tables. Creates and changes nothing. */
export interface TablePlans {
  plan(table: TableName, wishes: TableWishes): Promise<TablePlan>;
}
