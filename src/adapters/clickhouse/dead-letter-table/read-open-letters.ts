import { Buffer } from 'node:buffer';
import { sqlName } from '../../../domain/table/table-name.js';
import type {
  LetterKey,
  LetterWindow,
  OpenLetter,
  OpenLetters,
} from '../../../domain/redrive/open-letters.js';
import type { Server } from '../client/client.js';
import { chosen, type ChosenLetters, inWindow, LETTER_ORDER, tuple } from './letter-choice.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';
import type {
  DeadLetterReason,
  DeadLetterStage,
} from '../../../domain/dead-letters/dead-letter.js';

interface KeyRow {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: string;
  readonly bytes: string;
}

/** Reads the open dead letters of a window. Their keys and values are slices of the server's answer, which is not copied. */
export async function readOpenLetters(
  server: Server,
  { table, topicId, settings, ...letters }: ChosenLetters,
  window: LetterWindow,
): ReturnType<OpenLetters['read']> {
  const { condition, parameters } = chosen(letters);
  const sql =
    'SELECT toUInt32(assumeNotNull(_epoch)), toUInt32(assumeNotNull(_partition)), toUInt64(assumeNotNull(_offset)), ' +
    'toString(assumeNotNull(stage)), toString(assumeNotNull(reason)), assumeNotNull(path), assumeNotNull(error), ' +
    `toString(${topicId}), toUnixTimestamp64Milli(toDateTime64(assumeNotNull(_timestamp), 3)), ` +
    "arrayMap(header -> (header.1, toUInt8(isNotNull(header.2)), ifNull(header.2, '')), _headers), " +
    `toUInt8(isNotNull(_key)), ifNull(_key, ''), toUInt8(isNotNull(value)), ifNull(value, '') FROM ${sqlName(table)} FINAL ` +
    `WHERE ${condition} AND status = 'open' AND ${inWindow(window)} ORDER BY _epoch, _partition, _offset FORMAT RowBinary`;
  const query = { sql, parameters, settings: { ...NEWEST_ROWS, ...settings } };
  const bytes = await server.read(query, whole);
  return { bytes, letters: lettersIn(bytes) };
}

async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function lettersIn(bytes: Buffer): readonly OpenLetter[] {
  const letters: OpenLetter[] = [];
  let at = 0;
  const uint32 = () => bytes.readUInt32LE((at += 4) - 4);
  const uint64 = () => Number(bytes.readBigUInt64LE((at += 8) - 8));
  /** Moves past a String, and returns the position of its first byte. */
  const string = () => {
    const length = lengthAt(bytes, at);
    at = length.end + length.value;
    return length.end;
  };
  const text = () => {
    const start = string();
    return bytes.toString('utf8', start, at);
  };
  /** A byte that says whether there is a value, and then a String. */
  const optional = () => {
    const isThere = bytes.readUInt8(at++) === 1;
    const start = string();
    return isThere ? ([start, at] as const) : ([-1, -1] as const);
  };
  const header = () => {
    const key = text();
    const [start, end] = optional();
    // A slice of the answer, which lives as long as the dead letters do.
    return { key, value: start < 0 ? null : bytes.subarray(start, end) };
  };
  while (at < bytes.length) {
    const key = { epoch: uint32(), partition: uint32(), offset: uint64() };
    const stage = text() as DeadLetterStage;
    const reason = text() as DeadLetterReason;
    const path = text();
    const error = text();
    const topicId = text();
    const timestampMs = Number(bytes.readBigInt64LE((at += 8) - 8));
    const length = lengthAt(bytes, at);
    at = length.end;
    const headers = Array.from({ length: length.value }, header);
    const [keyStart, keyEnd] = optional();
    const [valueStart, valueEnd] = optional();
    letters.push({
      ...key,
      stage,
      reason,
      path,
      error,
      topicId,
      timestampMs,
      headers,
      keyStart,
      keyEnd,
      valueStart,
      valueEnd,
    });
  }
  return letters;
}

/** A length with seven bits per byte, lowest bits first. */
function lengthAt(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let at = start;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes.readUInt8(at++);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at };
  }
}

/** Finds how many of the next open dead letters fit the limits, by their sizes alone. */
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
