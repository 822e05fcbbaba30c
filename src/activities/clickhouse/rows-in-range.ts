import { sqlName } from '../../domain/pipeline/table-name.js';
import type { AnyEpoch } from '../../domain/ports.js';
import { readFixedRows } from './row-binary.js';
import type { Origins } from './row-origins.js';
import type { Server } from './server.js';
import { WHOLE_ANSWER } from './whole-answer.js';

/** UInt32, UInt64. */
const ROW_BYTES = 12;

export interface Within extends Origins {
  readonly range: AnyEpoch;
}

/** The lineage of every row of some offsets, of all epochs, as often as it is there. */
export async function readRows(
  server: Server,
  { table, topic, settings, range }: Within,
  onRow: (epoch: number, offset: number) => void,
): Promise<void> {
  const sql =
    `SELECT toUInt32(assumeNotNull(_epoch)), toUInt64(assumeNotNull(_offset)) FROM ${sqlName(table)} ` +
    `WHERE _topic = {topic:String} AND _partition = ${range.partition} AND _offset >= ${range.first} AND _offset < ${range.end} ` +
    'FORMAT RowBinary';
  const query = { sql, parameters: { topic }, settings: { ...WHOLE_ANSWER, ...settings } };
  await server.read(query, (bytes) =>
    readFixedRows(bytes, ROW_BYTES, (chunk, at) => {
      onRow(chunk.readUInt32LE(at), Number(chunk.readBigUInt64LE(at + 4)));
    }),
  );
}
