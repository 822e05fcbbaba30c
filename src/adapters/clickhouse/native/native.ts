import { Buffer } from 'node:buffer';

/** A column of a `Native` block: its name, its ClickHouse type, and its values as the format wants them. */
export interface NativeColumn {
  readonly name: string;
  readonly type: string;
  readonly data: Buffer;
}

/**
 * Frames columns as exactly one block of the format `Native`, without copying them: number of columns, number of rows,
 * then name, type and values of each. A second block in one body would be recognised differently when it is sent again.
 */
export function nativeBlock(rows: number, columns: readonly NativeColumn[]): readonly Buffer[] {
  const heads = columns.map(({ name, type }) => Buffer.concat([text(name), text(type)]));
  return [
    Buffer.concat([varint(columns.length), varint(rows)]),
    ...columns.flatMap(({ data }, index) => [heads[index] ?? Buffer.alloc(0), data]),
  ];
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** Seven bits a byte, lowest first, the highest bit set on all but the last. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
