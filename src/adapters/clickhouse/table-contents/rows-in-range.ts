import { sqlIdentifier, sqlName } from '../../../domain/table/table-name.js';
import type { AnyEpoch } from '../../../domain/records/offset-range.js';
import { readFixedRows } from '../native/row-binary.js';
import type { Query, Server } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/whole-answer.js';
import type { Within } from '../schema/in-log.js';

/** UInt32, UInt64. */
const ROW_BYTES = 12;

/** The same, and a UInt32. */
const IDENTIFIED_BYTES = 16;

export interface InRange extends Within {
  readonly range: AnyEpoch;
}

interface Identified {
  readonly idColumn: string;
  /** Offsets to read; all of the range unless given. */
  readonly only?: readonly number[] | undefined;
}

/** The lineage of every row of some offsets, of all epochs, as often as it is there. */
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
