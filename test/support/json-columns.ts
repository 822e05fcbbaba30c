import { Buffer } from 'node:buffer';
import {
  nativeBlock,
  type NativeColumn,
  strings,
  uint32s,
} from '../../src/adapters/clickhouse/native/native.js';
import { columnTypeOf } from '../../src/domain/types/create-column-type.js';
import { flattenJson } from '../../src/domain/types/json-flattened/flatten-json.js';
import { JSON_TEXT_PREFIX } from '../../src/domain/types/native/layout.js';
import type { Ask } from './type-cases/ask.js';

/** A JSON column as it is in memory. */
export function jsonColumn(
  texts: readonly string[],
  { name = 'v', type = 'JSON' } = {},
): NativeColumn {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(JSON_TEXT_PREFIX);
  return { name, type, data: Buffer.concat([prefix, strings(texts)]) };
}

/** Null if the column has to be sent as text. */
export async function flattenedColumn(
  texts: readonly string[],
  { type = 'JSON', keepsIntegers = true } = {},
): Promise<NativeColumn | null> {
  const column = jsonColumn(texts, { type });
  const { node } = columnTypeOf(type);
  const data = await flattenJson(
    node,
    { data: column.data, rows: texts.length },
    { keepsIntegers, turn: () => Promise.resolve() },
  );
  return data === null ? null : { ...column, data };
}

interface Stored {
  /** Of all bytes that the table has on disk. */
  readonly hash: string;
  readonly rows: readonly string[];
}

/** What a table of MergeTree holds after this column is inserted: with equal contents, equal bytes on disk. */
export async function storedFrom(
  ask: Ask,
  table: string,
  { column, rows, type = column.type }: { column: NativeColumn; rows: number; type?: string },
): Promise<Stored> {
  const numbers = uint32s(Array.from({ length: rows }, (_, row) => row));
  await ask(`CREATE OR REPLACE TABLE ${table} (n UInt32, v ${type}) ENGINE = MergeTree ORDER BY n`);
  await ask(
    `INSERT INTO ${table} (n, v) FORMAT Native`,
    Buffer.concat(nativeBlock(rows, [{ name: 'n', type: 'UInt32', data: numbers }, column])),
  );
  const hash = await ask(
    'SELECT groupArray(hash_of_all_files || uncompressed_hash_of_compressed_files) FROM system.parts ' +
      `WHERE active AND database || '.' || table = '${table}'`,
  );
  const text = await ask(
    'SELECT v, JSONDynamicPathsWithTypes(v), JSONSharedDataPathsWithTypes(v) ' +
      `FROM ${table} ORDER BY n FORMAT TSVRaw`,
  );
  return { hash, rows: text.split('\n').slice(0, -1) };
}
