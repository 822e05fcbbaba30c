import { DEAD_LETTER_STATUSES } from '../../../domain/pipeline/public-types.js';
import { sqlName } from '../../../domain/table/table-name.js';
import type { LetterSpan } from '../../../domain/ports/table-contents.js';
import { NEWEST_ROWS } from '../dead-letter-table/newest-rows.js';
import { readFixedRows } from '../native/row-binary.js';
import type { Server } from '../client/client.js';
import type { InRange } from './rows-in-range.js';

/** UInt32, UInt64, UInt64, Int64, UInt8, UInt8. */
const ROW_BYTES = 30;

/** The newest word on every letter that holds some of the offsets, of all epochs. */
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
    readFixedRows(bytes, ROW_BYTES, (chunk, at) => {
      onLetter({
        epoch: chunk.readUInt32LE(at),
        first: Number(chunk.readBigUInt64LE(at + 4)),
        end: Number(chunk.readBigUInt64LE(at + 12)),
        timestampMs: Number(chunk.readBigInt64LE(at + 20)),
        isSkip: chunk.readUInt8(at + 28) === 1,
        // A word that somebody made up decides nothing: such a letter is open.
        status: DEAD_LETTER_STATUSES[chunk.readUInt8(at + 29) - 1] ?? 'open',
      });
    }),
  );
}
