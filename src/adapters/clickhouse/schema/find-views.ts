import { MAX_VIEWS } from '../../../domain/limits.js';
import type { ViewDescription } from '../../../domain/table/description.js';
import { type TableName, writtenName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';
import type { StorageDescriber } from './describe-storage.js';
import { findTable, type TableRow, viewTarget } from './find-table.js';

/** Every view that an insert passes through: those of the table, and those of the tables that views write into. */
export async function findViews(
  server: Server,
  table: TableRow,
  describe: StorageDescriber,
): Promise<readonly ViewDescription[]> {
  const views: ViewDescription[] = [];
  for (const { name, row, target } of await walk(server, table)) {
    views.push({
      name: writtenName(name),
      engine: row?.engine ?? null,
      target: target === null ? null : await describe(target),
    });
  }
  return views;
}

/** The names of these views. */
export async function viewNames(server: Server, table: TableRow): Promise<readonly string[]> {
  return (await walk(server, table)).map(({ name }) => writtenName(name));
}

interface FoundView {
  readonly name: TableName;
  /** Null if this user may not see it. */
  readonly row: TableRow | null;
  readonly target: TableRow | null;
}

async function walk(server: Server, table: TableRow): Promise<readonly FoundView[]> {
  const found: FoundView[] = [];
  const seen = new Set<string>();
  const waiting = [...dependents(table)];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const key = writtenName(name);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MAX_VIEWS) {
      throw new Error(
        `more than ${MAX_VIEWS} views depend on ${writtenName({ database: table.database, table: table.name })}, so Millrace can't check what an insert does to all of them`,
      );
    }
    const row = await findTable(server, name);
    const target = row?.engine === 'MaterializedView' ? await targetOf(server, name, row) : null;
    found.push({ name, row, target });
    if (target !== null) waiting.push(...dependents(target));
  }
  return found;
}

function targetOf(server: Server, name: TableName, row: TableRow): Promise<TableRow | null> {
  return findTable(server, viewTarget({ name, uuid: row.uuid, create: row.create_table_query }));
}

function dependents(row: TableRow): readonly TableName[] {
  return row.dependencies_table.map((table, index) => ({
    database: row.dependencies_database[index] ?? row.database,
    table,
  }));
}
