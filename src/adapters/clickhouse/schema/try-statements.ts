import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { writtenName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';
import { ONE_REQUEST } from './create-statements.js';
import type { WantedTable } from './prepare-tables.js';

export interface Tried {
  /** Why tables can't be created, in the server's words. */
  readonly faults: readonly string[];
  /** Why the statements could not be tried. Null if they were. */
  readonly untried: string | null;
}

/** A table that any server creates that creates temporary MergeTree tables for this user at all. */
const SIMPLEST = 'CREATE TEMPORARY TABLE trial (x UInt8) ENGINE = MergeTree ORDER BY x';

/**
 * Lets the server create each table as a temporary one, which it removes with the end of the request. That checks all of the
 * statement: syntax, functions, columns of the key, defaults and settings.
 */
export async function tryStatements(
  server: Server,
  tables: readonly WantedTable[],
): Promise<Tried> {
  const faults = await Promise.all(
    tables.map(async ({ name, statement }) => {
      const fault = await faultOf(server, statement(ONE_REQUEST));
      return fault === null ? [] : [`${writtenName(name)} can't be created: ${fault}`];
    }),
  );
  const found = faults.flat();
  const why = found.length === 0 ? null : await faultOf(server, SIMPLEST);
  if (why === null) return { faults: found, untried: null };
  const untried = `the statements that create tables were not tried, because this user can't create temporary tables (GRANT CREATE ARBITRARY TEMPORARY TABLE ON *.*): ${why}`;
  return { faults: [], untried };
}

/** Why the server refuses the statement. Null if it does not. */
async function faultOf(server: Server, sql: string): Promise<string | null> {
  try {
    await server.command({ sql, isWithoutRows: true });
    return null;
  } catch (error) {
    if (error instanceof InsertFailed && error.error.kind === 'server') return error.error.message;
    throw error;
  }
}
