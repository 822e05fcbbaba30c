import type { Contract } from './define-contract.js';

/** A contract that the reference reader serves, for one table. */
export interface ReadContract {
  readonly contract: Contract;
  /** The Nested columns that the table has as a column for each element. */
  readonly flattened: ReadonlySet<string>;
}
