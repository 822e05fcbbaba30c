import { sqlIdentifier, sqlName, type TableName } from '../../../domain/table/table-name.js';
import type { AnyEpoch } from '../../../domain/records/offset-range.js';
import { readFixedRows } from '../native/native.js';
import type { Query, Server, Settings } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/query-settings.js';
import type { Within } from '../schema/in-log.js';
import { DEAD_LETTER_STATUSES } from '../../../domain/dead-letters/dead-letter.js';
import type { LetterSpan } from '../../../domain/ports/table-contents.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';

export interface InRange extends Within {
  readonly range: AnyEpoch;
}

interface Identified {
  readonly idColumn: string;
  /** Offsets to read; all of the range unless given. */
  readonly only?: readonly number[] | undefined;
}

/** UInt32, UInt64. */
const ROW_BYTES = 12;

/** The same, and a UInt32. */
const IDENTIFIED_BYTES = 16;

/** UInt32, UInt64, UInt64, Int64, UInt8, UInt8. */
const LETTER_BYTES = 30;

/** Reads the lineage of every row in a range of offsets, of all epochs, duplicates included. */
export async function readRows(
  server: Server,
  within: InRange,
  onRow: (epoch: number, offset: number) => void,
): Promise<void> {
  const query = rangeQuery(
    within,
    'toUInt32(assumeNotNull(_epoch)), toUInt64(assumeNotNull(_offset))',
  );
  await server.read(query, (bytes) =>
    readFixedRows(bytes, ROW_BYTES, (chunk, at) => {
      onRow(chunk.readUInt32LE(at), Number(chunk.readBigUInt64LE(at + 4)));
    }),
  );
}

/** The same, with the first 32 bits of the MD5 of each row's id: enough to tell two events at one offset apart. */
export async function readIdentities(
  server: Server,
  { idColumn, only, ...within }: InRange & Identified,
  onRow: (epoch: number, offset: number, identity: number) => void,
): Promise<void> {
  const id = `toString(assumeNotNull(${sqlIdentifier(idColumn)}))`;
  const query = rangeQuery(
    within,
    `toUInt32(assumeNotNull(_epoch)), toUInt64(assumeNotNull(_offset)), reinterpretAsUInt32(substring(MD5(${id}), 1, 4))`,
    only,
  );
  await server.read(query, (bytes) =>
    readFixedRows(bytes, IDENTIFIED_BYTES, (chunk, at) => {
      const offset = Number(chunk.readBigUInt64LE(at + 4));
      onRow(chunk.readUInt32LE(at), offset, chunk.readUInt32LE(at + 12));
    }),
  );
}

/** Reads these columns of the rows in a range of offsets, as `RowBinary`. */
export function rangeQuery(within: InRange, columns: string, only?: readonly number[]): Query {
  const { table, condition, parameters, settings, range } = within;
  const { partition, first, end } = range;
  const some = only === undefined ? '' : `AND _offset IN (${only.join(', ')}) `;
  return {
    sql:
      `SELECT ${columns} FROM ${sqlName(table)} WHERE ${condition} ` +
      `AND _partition = ${partition} AND _offset >= ${first} AND _offset < ${end} ${some}FORMAT RowBinary`,
    parameters,
    settings: { ...WHOLE_ANSWER, ...settings },
  };
}

export async function countRows(
  server: Server,
  table: TableName,
  settings: Settings,
): Promise<number> {
  const [row] = await server.rows<{ count: string }>({
    sql: `SELECT toString(count()) AS count FROM ${sqlName(table)}`,
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  return Number(row?.count ?? 0);
}

/** Counts the rows of each partition below its offset in `offsets`. Reads three lineage columns of the whole table. */
export async function countRowsBelow(
  server: Server,
  { table, condition, parameters, settings }: Within,
  offsets: readonly number[],
): Promise<readonly number[]> {
  if (offsets.every((offset) => offset === 0)) return offsets.map(() => 0);
  const rows = await server.rows<{ partition: number; count: string }>({
    sql:
      `SELECT toUInt32(assumeNotNull(_partition)) AS partition, toString(count()) AS count FROM ${sqlName(table)} ` +
      // An index beyond the end of an array gives 0, and no offset is below it.
      `WHERE ${condition} AND _offset < {offsets:Array(UInt64)}[assumeNotNull(_partition) + 1] GROUP BY partition`,
    parameters: { ...parameters, offsets },
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  const counts = new Map(rows.map(({ partition, count }) => [partition, Number(count)]));
  return offsets.map((_, partition) => counts.get(partition) ?? 0);
}

/** Reads the newest state of every dead letter that covers some of the offsets, of all epochs. */
export async function readLetters(
  server: Server,
  { table, condition, parameters, settings, range }: InRange,
  onLetter: (letter: LetterSpan) => void,
): Promise<void> {
  const statuses = DEAD_LETTER_STATUSES.map((status) => `'${status}'`).join(', ');
  const sql =
    `SELECT toUInt32(assumeNotNull(_epoch)), toUInt64(assumeNotNull(_offset)), toUInt64(assumeNotNull(_end)), toUnixTimestamp64Milli(assumeNotNull(_timestamp)), toUInt8(stage = 'skip'), toUInt8(indexOf([${statuses}], toString(status))) ` +
    `FROM ${sqlName(table)} FINAL ` +
    `WHERE ${condition} AND _partition = ${range.partition} AND _offset < ${range.end} AND _end > ${range.first} ` +
    'FORMAT RowBinary';
  const query = { sql, parameters, settings: { ...NEWEST_ROWS, ...settings } };
  await server.read(query, (bytes) =>
    readFixedRows(bytes, LETTER_BYTES, (chunk, at) => {
      onLetter({
        epoch: chunk.readUInt32LE(at),
        first: Number(chunk.readBigUInt64LE(at + 4)),
        end: Number(chunk.readBigUInt64LE(at + 12)),
        timestampMs: Number(chunk.readBigInt64LE(at + 20)),
        isSkip: chunk.readUInt8(at + 28) === 1,
        // An unknown status decides nothing: such a dead letter counts as open.
        status: DEAD_LETTER_STATUSES[chunk.readUInt8(at + 29) - 1] ?? 'open',
      });
    }),
  );
}
