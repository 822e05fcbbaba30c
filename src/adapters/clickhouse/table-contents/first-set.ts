import type { FirstSet, HashedValue } from '../../../domain/ports/table-contents.js';
import { sqlIdentifier, sqlName } from '../../../domain/table/table-name.js';
import { binaryType } from '../../../domain/types/text/binary-type.js';
import type { Server } from '../client/client.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';
import type { Within } from '../schema/in-log.js';
import { binary, settingsFor } from './content-hashes.js';

export interface FirstSetOptions {
  readonly partition: number;
  readonly values: readonly HashedValue[];
  /** The table's dead letters; null if there are none. */
  readonly letters: Within | null;
}

/**
 * Finds the first offset of a partition, in each epoch, at which a column holds something other than its default, or than its
 * former type can hold. Rows before it may be older than the column, or than its type. Reads the columns of the whole partition.
 */
export async function firstSet(
  server: Server,
  { table, condition, parameters, settings }: Within,
  { partition, values, letters }: FirstSetOptions,
): Promise<readonly FirstSet[]> {
  const defaults = await defaultsOf(server, table);
  const firsts = values.map(({ name, type, formerType }, place) => {
    const column = sqlIdentifier(name);
    const unset = defaults.get(name) ?? `defaultValueOfArgumentType(${column})`;
    const former = formerType === undefined ? unset : `CAST(${column} AS ${formerType})`;
    const isSet = `${binary(column)} != ${binary(`CAST(${former} AS ${binaryType(type)})`)}`;
    return `if(countIf(${isSet}) = 0, NULL, toString(minIf(_offset, ${isSet}))) AS _first_${place}`;
  });
  const redriven =
    letters === null
      ? ''
      : ` AND _offset NOT IN (SELECT _offset FROM ${sqlName(letters.table)} FINAL WHERE ${letters.condition} AND _partition = ${partition} AND status = 'redriven')`;
  const rows = await server.rows<Record<string, string | null> & { _first_epoch: number }>({
    sql:
      `SELECT toUInt32(assumeNotNull(_epoch)) AS _first_epoch, ${firsts.join(', ')} FROM ${sqlName(table)} ` +
      `WHERE ${condition} AND _partition = ${partition}${redriven} GROUP BY _first_epoch`,
    parameters: { ...letters?.parameters, ...parameters },
    settings: {
      ...settingsFor(values),
      ...(letters && NEWEST_ROWS),
      ...letters?.settings,
      ...settings,
    },
  });
  return rows.flatMap(({ _first_epoch: epoch, ...found }) =>
    values.map(({ name, formerType }, place) => {
      const offset = found[`_first_${place}`] ?? null;
      const at = { epoch, offset: offset === null ? null : Number(offset) };
      return { column: name, formerType, ...at };
    }),
  );
}

async function defaultsOf(
  server: Server,
  { database, table }: Within['table'],
): Promise<ReadonlyMap<string, string>> {
  const rows = await server.rows<{ name: string; expression: string }>({
    sql:
      'SELECT name, default_expression AS expression FROM system.columns ' +
      "WHERE database = {database:String} AND table = {table:String} AND default_kind = 'DEFAULT'",
    parameters: { database, table },
  });
  return new Map(rows.map(({ name, expression }) => [name, `(${expression})`]));
}
