import { Buffer } from 'node:buffer';
import { utf8, varint } from '../../../domain/types/native/native-words.js';

/** A column of a `Native` block: its name, its ClickHouse type, and its values in the encoding of the format. */
export interface NativeColumn {
  readonly name: string;
  readonly type: string;
  readonly data: Buffer;
}

/**
 * Frames columns as exactly one block of the format `Native`, without copying them: number of columns, number of rows,
 * then name, type and values of each. Two blocks in one body would be deduplicated differently when they are sent again.
 */
export function nativeBlock(rows: number, columns: readonly NativeColumn[]): readonly Buffer[] {
  const heads = columns.map(({ name, type }) => Buffer.concat([utf8(name), utf8(type)]));
  return [
    Buffer.concat([varint(columns.length), varint(rows)]),
    ...columns.flatMap(({ data }, index) => [heads[index] ?? Buffer.alloc(0), data]),
  ];
}

/** Encode the values of one column for `Native`, for the few small blocks that are not built from records directly. */

export function strings(values: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value as Buffer);
      return [varint(bytes.length), bytes];
    }),
  );
}

/** One byte per value that says whether it is null, then the values. */
export function nullableStrings(values: readonly (string | Buffer | null)[]): Buffer {
  const nulls = Buffer.from(values.map((value) => (value === null ? 1 : 0)));
  return Buffer.concat([nulls, strings(values.map((value) => value ?? ''))]);
}

export function uint32s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

export function uint64s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
  return bytes;
}

export function int64s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), index * 8);
  return bytes;
}

/** The end position of each array, then the values of all arrays one after another. */
export function arrays<T>(
  lists: readonly (readonly T[])[],
  encode: (values: readonly T[]) => Buffer,
): Buffer {
  let end = 0;
  const ends = lists.map((list) => (end += list.length));
  return Buffer.concat([uint64s(ends), encode(lists.flat())]);
}

/** Reads rows of a fixed size, for example `RowBinary` of integers, from an answer in chunks of any size. */
export async function readFixedRows(
  bytes: AsyncIterable<Buffer>,
  rowBytes: number,
  onRow: (chunk: Buffer, at: number) => void,
): Promise<void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; at + rowBytes <= whole.length; at += rowBytes) onRow(whole, at);
    rest = Buffer.from(whole.subarray(at));
  }
  if (rest.length > 0) {
    throw new Error(`ClickHouse's answer ends within a row: ${rest.length} of ${rowBytes} bytes`);
  }
}
