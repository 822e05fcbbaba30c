import type { Block, BlockColumn } from '../../../../src/domain/blocks/block.js';

type Value = Buffer | number | bigint;

/** Reads columns following ClickHouse's documentation of `Native`, independently of how they are written. */
export function readRows(block: Block): readonly Readonly<Record<string, Value>>[] {
  const columns = block.columns.map((column) => ({ ...column, values: readColumn(column) }));
  for (const { name, values } of columns) {
    if (values.length !== block.rows) {
      throw new Error(`${name} has ${values.length} values of ${block.rows}`);
    }
  }
  return Array.from({ length: block.rows }, (_, row) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[row]!])),
  );
}

export function readTexts(block: Block, column: string): readonly string[] {
  return readRows(block).map((row) => String(row[column]));
}

export function readColumn({ type, data }: BlockColumn): readonly Value[] {
  if (type === 'LowCardinality(String)') return readDictionary(data);
  const values: Value[] = [];
  for (let at = 0; at < data.length;) {
    if (type === 'String') {
      let length = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = data[at++]!;
        length += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) break;
      }
      if (at + length > data.length) throw new Error('a String runs beyond its column');
      values.push(Buffer.from(data.subarray(at, at + length)));
      at += length;
    } else if (type === 'UInt64') {
      values.push(data.readBigUInt64LE(at));
      at += 8;
    } else {
      values.push(data.readUInt32LE(at));
      at += 4;
    }
  }
  return values;
}

/** Version, flags and width of the indexes, keys, rows, indexes: here always one byte each. */
function readDictionary(data: Buffer): readonly Value[] {
  if (data.length === 0) return [];
  const word = (at: number) => Number(data.readBigUInt64LE(at));
  if (word(0) !== 1) throw new Error(`a dictionary of version ${word(0)}`);
  if (word(8) !== 0x200) throw new Error(`flags ${word(8)}`);
  const keys: Value[] = [];
  let at = 24;
  for (let key = 0; key < word(16); key++) {
    const end = at + 1 + data[at]!;
    if (data[at]! > 127) throw new Error('keys of this test are short');
    keys.push(Buffer.from(data.subarray(at + 1, end)));
    at = end;
  }
  const indexes = data.subarray(at + 8);
  if (indexes.length !== word(at)) throw new Error(`${indexes.length} indexes of ${word(at)}`);
  return Array.from(indexes, (index) => keys[index]!);
}
