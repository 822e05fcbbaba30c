import { writtenName, type TableName } from '../../../domain/table/table-name.js';
import { IDENTIFIER, unquoted } from '../client/server-identifiers.js';
import type { TableRow } from './find-table.js';
import { splitList, withoutStrings } from './table-clauses.js';
import { viewTarget } from './view-target.js';

/** Where the arguments of an engine name the table that it forwards rows to. */
const NAMED_AT: ReadonlyMap<string, number> = new Map([
  ['Buffer', 0],
  ['Distributed', 1],
]);

const READ_FROM = new RegExp(`\\b(?:FROM|JOIN) (${IDENTIFIER})\\.(${IDENTIFIER})`, 'g');

/** The tables that a table's own statement names: those that it forwards rows to, or that a view reads. */
export function tablesBehind(row: TableRow): readonly TableName[] {
  const { engine, engine_full: full, create_table_query: create, uuid } = row;
  const at = NAMED_AT.get(engine);
  if (at !== undefined) {
    const call = /^\w+\((.*?)\)(?: |$)/s.exec(full)?.[1] ?? '';
    const [database = '', table = ''] = splitList(call)
      .slice(at, at + 2)
      .map(literal);
    return table === '' ? [] : [{ database: database === '' ? row.database : database, table }];
  }
  if (engine === 'MaterializedView') {
    return [viewTarget({ name: { database: row.database, table: row.name }, uuid, create })];
  }
  if (!engine.endsWith('View')) return [];
  const names = [...withoutStrings(create).matchAll(READ_FROM)].map(
    ([, database = '', table = '']) => ({ database: unquoted(database), table: unquoted(table) }),
  );
  return names.filter(
    (name, index) => names.findIndex((each) => writtenName(each) === writtenName(name)) === index,
  );
}

/** A string as the server writes it; an identifier stands for itself. */
function literal(text: string): string {
  return text.replace(/^'(.*)'$/s, (_, inner: string) => inner.replace(/\\(.)/gs, '$1'));
}
