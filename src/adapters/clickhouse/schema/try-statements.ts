import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { writtenName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';
import { ONE_REQUEST } from './create-statements.js';
import type { WantedTable } from './prepare-tables.js';

/** What a server does not allow to a user who may only read, or who may create no temporary table with an engine. */
const NOT_ALLOWED = [164, 497];

export interface Tried {
  /** Why tables can't be created, in the server's words. */
  readonly faults: readonly string[];
  /** Why the statements could not be tried. Null if they were. */
  readonly untried: string | null;
}

/**
 * Lets the server create each table as a temporary one, which it removes with the end of the request. That checks all of the
 * statement: syntax, functions, columns of the key, defaults and settings.
 */
export async function tryStatements(
  server: Server,
  tables: readonly WantedTable[],
): Promise<Tried> {
  const tried = await Promise.all(tables.map((table) => tryStatement(server, table)));
  return {
    faults: tried.flatMap(({ faults }) => faults),
    untried: tried.find(({ untried }) => untried !== null)?.untried ?? null,
  };
}

async function tryStatement(server: Server, { name, statement }: WantedTable): Promise<Tried> {
  try {
    await server.command({ sql: statement(ONE_REQUEST), isWithoutRows: true });
    return { faults: [], untried: null };
  } catch (error) {
    if (!(error instanceof InsertFailed) || error.error.kind !== 'server') throw error;
    const { code, message } = error.error;
    if (NOT_ALLOWED.includes(code ?? 0)) {
      const untried =
        'this user may not create temporary tables, so the statement that creates the table was not tried: GRANT CREATE ARBITRARY TEMPORARY TABLE ON *.* to this user';
      return { faults: [], untried };
    }
    return { faults: [`${writtenName(name)} can't be created: ${message}`], untried: null };
  }
}
