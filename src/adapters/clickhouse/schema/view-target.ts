import type { TableName } from '../../../domain/table/table-name.js';
import { IDENTIFIER, unquoted } from '../client/server-identifiers.js';

const TARGET = new RegExp(
  `^CREATE MATERIALIZED VIEW ${IDENTIFIER}\\.${IDENTIFIER} TO (${IDENTIFIER})\\.(${IDENTIFIER})(?: |$)`,
);

export const NO_UUID = '00000000-0000-0000-0000-000000000000';

/**
 * Where a materialized view writes, read from its `CREATE` statement as the server writes it: into the table that it
 * names, or into a hidden one of its own.
 */
export function viewTarget(view: {
  readonly name: TableName;
  readonly uuid: string;
  readonly create: string;
}): TableName {
  const [, database, table] = TARGET.exec(view.create) ?? [];
  if (database !== undefined && table !== undefined) {
    return { database: unquoted(database), table: unquoted(table) };
  }
  const hidden = view.uuid === NO_UUID ? `.inner.${view.name.table}` : `.inner_id.${view.uuid}`;
  return { database: view.name.database, table: hidden };
}
