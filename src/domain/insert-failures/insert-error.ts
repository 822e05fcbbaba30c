import type { InsertAction } from './clickhouse-codes.js';

/** What went wrong with a request to ClickHouse. Holds nothing of a row: ClickHouse quotes rows, this doesn't. */
export interface InsertError {
  readonly kind: 'server' | 'network' | 'timeout' | 'aborted';
  /** ClickHouse's number of the error; null where there was none. */
  readonly code: number | null;
  /** Status of an answer that did not come from ClickHouse but from something in front of it; null otherwise. */
  readonly httpStatus: number | null;
  /** How much of a body was handed over to the network: what was `whole` may arrive, however late. */
  readonly sent: 'nothing' | 'part' | 'whole';
  /** Fit for logs and histories. */
  readonly message: string;
  /** `database.view`, where the server says that it was pushing to one. */
  readonly view: string | null;
  /** Table (`database.table`) whose constraint a row breaks, where the server says so. */
  readonly constraintOf: string | null;
  /** Row of the block that the server complains of, from 0; null where it names none. A hint: only splits depend on it. */
  readonly row: number | null;
  /** Tells the two errors apart that share code 252. */
  readonly tooManyTablePartitions: boolean;
}

/** What reconciling after a refused insert found: decides whether the records may be split otherwise. */
export interface AfterRefusal {
  /** How many of the rows just sent are in the table; `unknown` where that can't be seen. */
  readonly committed: 'none' | 'some' | 'all' | 'unknown';
  /** `database.view` of every view behind the table, also behind the targets of views. */
  readonly views: readonly string[];
  /** `database.table` of the insert. */
  readonly table: string;
}

/** A request to ClickHouse that was refused, or whose end is unknown. */
export class InsertFailed extends Error {
  override readonly name = 'InsertFailed';
  readonly error: InsertError;
  /** Null where nobody reconciled, because it makes no difference. */
  readonly after: AfterRefusal | null;
  /** What follows, where more was known than the error says. */
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
