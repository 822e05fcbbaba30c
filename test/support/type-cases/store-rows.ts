import { Buffer } from 'node:buffer';
import { nativeBlock } from '../../../src/adapters/clickhouse/native/native.js';
import type { RowWriter } from '../../../src/domain/contract/row-writer.js';
import { selectEncoded } from '../../../src/domain/types/native/select-encoded.js';
import { columnTypeOf } from '../../../src/domain/types/create-column-type.js';
import { sqlIdentifier } from '../../../src/domain/table/table-name.js';
import type { Ask } from './ask.js';

/** Inserts the rows of a writer, numbered from 0 in a column `n`. */
export async function storeRows(
  ask: Ask,
  table: string,
  {
    writer,
    rows,
    flattened,
  }: {
    readonly writer: RowWriter;
    readonly rows: number;
    readonly flattened?: ReadonlySet<string>;
  },
): Promise<void> {
  const columns = writer
    .encode(rows, flattened)
    .map(({ name, type, parts }) => ({ name, type, data: Buffer.concat(parts) }));
  const names = ['n', ...columns.map(({ name }) => name)].map(sqlIdentifier).join(', ');
  await ask(
    `INSERT INTO ${table} (${names}) FORMAT Native`,
    Buffer.concat(nativeBlock(rows, [numbersFrom(0, rows), ...columns])),
  );
}

/** Inserts only the rows from `first` on, as a partial re-send does, with their own numbers. */
export async function storeRowsFrom(
  ask: Ask,
  table: string,
  {
    writer,
    rows,
    first,
  }: { readonly writer: RowWriter; readonly rows: number; readonly first: number },
): Promise<void> {
  const columns = writer.encode(rows).map(({ name, type, parts }) => ({
    name,
    type,
    data: selectEncoded(columnTypeOf(type).layout, Buffer.concat(parts), {
      rows,
      kept: [[first, rows]],
    }),
  }));
  await ask(
    `INSERT INTO ${table} FORMAT Native`,
    Buffer.concat(nativeBlock(rows - first, [numbersFrom(first, rows), ...columns])),
  );
}

function numbersFrom(first: number, end: number) {
  const data = Buffer.alloc((end - first) * 4);
  for (let row = first; row < end; row++) data.writeUInt32LE(row, (row - first) * 4);
  return { name: 'n', type: 'UInt32', data };
}
