import { sqlName } from '../../../domain/table/table-name.js';
import type { LetterKey, OpenLetters } from '../../../domain/redrive/open-letters.js';
import type { Server } from '../client/client.js';
import { type ChosenLetters, chosen, LETTER_ORDER, tuple } from './letter-choice.js';
import { NEWEST_ROWS } from './newest-rows.js';

interface KeyRow {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: string;
  readonly bytes: string;
}

/** Finds how many of the next open letters fit the limits, by their sizes alone. */
export async function nextLetters(
  server: Server,
  { table, settings, ...letters }: ChosenLetters,
  {
    after,
    limits,
  }: {
    readonly after: LetterKey | null;
    readonly limits: { readonly letters: number; readonly bytes: number };
  },
): ReturnType<OpenLetters['next']> {
  const { condition, parameters } = chosen(letters);
  const begins = after === null ? '' : ` AND ${LETTER_ORDER} > ${tuple(after)}`;
  const rows = await server.rows<KeyRow>({
    sql:
      'SELECT _epoch AS epoch, _partition AS partition, toString(_offset) AS offset, ' +
      `toString(length(ifNull(value, '')) + length(ifNull(_key, '')) + byteSize(_headers)) AS bytes FROM ${sqlName(table)} FINAL ` +
      `WHERE ${condition} AND status = 'open'${begins} ORDER BY _epoch, _partition, _offset LIMIT ${limits.letters}`,
    parameters,
    settings: { ...NEWEST_ROWS, ...settings },
  });
  let bytes = 0;
  let upTo: LetterKey | null = null;
  let count = 0;
  for (const { offset, bytes: size, ...key } of rows) {
    if (upTo !== null && bytes + Number(size) > limits.bytes) break;
    bytes += Number(size);
    count += 1;
    upTo = { ...key, offset: Number(offset) };
  }
  return upTo && { upTo, letters: count, bytes };
}
