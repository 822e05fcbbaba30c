import { Buffer } from 'node:buffer';
import { varint } from './native.js';

/** Values of one column as `Native` wants them, for the few and small blocks that are not built from records directly. */

export function strings(values: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value as Buffer);
      return [varint(bytes.length), bytes];
    }),
  );
}

/** A byte for each value that says whether it is null, then the values. */
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

/** Where the values of each array end, then all of them one after another. */
export function arrays<T>(
  lists: readonly (readonly T[])[],
  encode: (values: readonly T[]) => Buffer,
): Buffer {
  let end = 0;
  const ends = lists.map((list) => (end += list.length));
  return Buffer.concat([uint64s(ends), encode(lists.flat())]);
}
