import type { InsertAction } from './clickhouse-codes.js';

/** An error of a request to ClickHouse. It never contains row data, although ClickHouse's own texts quote rows. */
export interface InsertError {
  readonly kind: 'server' | 'network' | 'timeout' | 'aborted';
  /** ClickHouse's error code. Null if there was none. */
  readonly code: number | null;
  /** HTTP status of an answer that came from a proxy in front of ClickHouse. Null otherwise. */
  readonly httpStatus: number | null;
  /** How much of the body was passed to the network. A `whole` body may still arrive, however late. */
  readonly sent: 'nothing' | 'part' | 'whole';
  /** Safe for logs and histories. */
  readonly message: string;
  /** `database.view`, if the server says that it was pushing to a view. */
  readonly view: string | null;
  /** Table (`database.table`) whose constraint a row violates, if the server says so. */
  readonly constraintOf: string | null;
  /** Row of the block that the server names, counted from 0. Null if it names none. It is a hint: only splits depend on it. */
  readonly row: number | null;
  /** Distinguishes the two errors that share code 252. */
  readonly tooManyTablePartitions: boolean;
}

/** Result of reconciling after a refused insert. It decides whether the records may be re-split. */
export interface AfterRefusal {
  /** How many of the rows just sent are in the table. `unknown` if that can't be determined. */
  readonly committed: 'none' | 'some' | 'all' | 'unknown';
  /** `database.view` of every view behind the table, including views behind other views. */
  readonly views: readonly string[];
  /** `database.table` of the insert. */
  readonly table: string;
}

/** A request to ClickHouse that was refused, or whose outcome is unknown. */
export class InsertFailed extends Error {
  override readonly name = 'InsertFailed';
  readonly error: InsertError;
  /** Null if nobody reconciled, because it makes no difference. */
  readonly after: AfterRefusal | null;
  /** The action to take, if more was known than the error says. */
  readonly action: InsertAction | null;

  constructor(
    error: InsertError,
    after: AfterRefusal | null = null,
    action: InsertAction | null = null,
  ) {
    super(error.message);
    this.error = error;
    this.after = after;
    this.action = action;
  }
}
