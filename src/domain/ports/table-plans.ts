import type { Target } from '../table/target.js';
import type { TableName } from '../table/table-name.js';
import type { TableWishes } from '../table/target.js';

/** A statement that brings a table to what a pipeline needs. */
export interface PlannedStatement {
  readonly kind: 'create' | 'alter';
  readonly table: TableName;
  /** Without a semicolon, to be run as it stands. */
  readonly sql: string;
}

/** What the start of a pipeline would find. */
export interface TablePlan {
  /** The table of events; null where there is none. */
  readonly target: Target | null;
  /** Why a start would refuse, each in a sentence with what to do. A table that the start creates is no reason. */
  readonly refusals: readonly string[];
  /** Why the start itself does not create what is missing; null where it does, or nothing is missing. */
  readonly notCreated: string | null;
  /** In the order in which they are to be run. */
  readonly statements: readonly PlannedStatement[];
  /** What an operator should know of tables that are there. */
  readonly warnings: readonly string[];
}

/** Finds out what a start would do with its tables. Creates and changes nothing. */
export interface TablePlans {
  plan(table: TableName, wishes: TableWishes): Promise<TablePlan>;
}
