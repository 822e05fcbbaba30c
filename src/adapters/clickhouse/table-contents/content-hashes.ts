import type { Buffer } from 'node:buffer';
import type { Block, BlockColumn } from '../../../domain/blocks/block.js';
import { TableUnfit } from '../../../domain/errors.js';
import { sqlIdentifier, type TableName, writtenName } from '../../../domain/table/table-name.js';
import { hasJson, JSON_INSERT_SETTINGS } from '../../../domain/types/json.js';
import { binaryType, unnestedType } from '../../../domain/types/text/binary-type.js';
import type { ComparedColumn, HashedValue } from '../../../domain/ports/table-contents.js';
import type { Server, Settings } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/query-settings.js';
import { readFixedRows } from '../native/native.js';
import { type InRange, rangeQuery } from './rows-in-range.js';

/** UInt32, UInt64. */
const PLACE_BYTES = 12;
const HASH_BYTES = 4;

/**
 * The URL of a query with a table contains the statement and the structure of the table, and proxies allow URLs of 8 KB. A block
 * with more columns is sent in groups.
 */
const MAX_ADDRESS_BYTES = 6_000;

/** Computes hashes of the values of a block, converted to the types of the table. */
export async function hashesOf(
  server: Server,
  block: Pick<Block, 'rows' | 'columns'>,
  {
    values,
    onRow,
  }: {
    readonly values: readonly HashedValue[];
    readonly onRow: (offset: number, hashes: Uint32Array, place: number) => void;
  },
): Promise<void> {
  const sent = new Map(block.columns.map((column) => [column.name, column]));
  const offsets = sent.get('_offset');
  if (offsets === undefined) throw new Error("A block without offsets can't be compared");
  let first = 0;
  const all = values.map((value, place) => sentValue(value, sent.get(value.name), place));
  for (const group of groupsOf(all)) {
    const start = first;
    const hashes = new Uint32Array(group.length);
    const query = {
      sql: `SELECT _offset, ${group.map(({ sql }) => sql).join(', ')} FROM sent FORMAT RowBinary`,
      settings: settingsFor(values),
      table: {
        name: 'sent',
        rows: block.rows,
        columns: [offsets, ...group.map(({ column }) => column)],
      },
    };
    await server.read(query, (bytes) =>
      readFixedRows(bytes, 8 + HASH_BYTES * group.length, (chunk, at) => {
        copyHashes(hashes, chunk, at + 8);
        onRow(Number(chunk.readBigUInt64LE(at)), hashes, start);
      }),
    );
    first += group.length;
  }
}

/** The same hashes of every stored row in a range of offsets, of all epochs. */
export async function readHashes(
  server: Server,
  { columns, only, ...within }: StoredIn,
  onRow: (epoch: number, offset: number, hashes: Uint32Array) => void,
): Promise<void> {
  const table = writtenName(within.table);
  const types = await typesOf(server, within.table);
  const stored = columns.map(({ name, type }) => {
    const now = types.get(name);
    if (now === undefined) {
      throw new TableUnfit(
        `column ${name} of ${table} was removed while it was being compared: verify again`,
      );
    }
    return hashOf(converted(sqlIdentifier(name), binaryType(now), binaryType(type)));
  });
  const settings = { ...settingsFor(columns), ...within.settings };
  const query = rangeQuery(
    { ...within, settings },
    `toUInt32(assumeNotNull(_epoch)), toUInt64(assumeNotNull(_offset)), ${stored.join(', ')}`,
    only,
  );
  const hashes = new Uint32Array(columns.length);
  await server.read(query, (bytes) =>
    readFixedRows(bytes, PLACE_BYTES + HASH_BYTES * columns.length, (chunk, at) => {
      copyHashes(hashes, chunk, at + PLACE_BYTES);
      onRow(chunk.readUInt32LE(at), Number(chunk.readBigUInt64LE(at + 4)), hashes);
    }),
  );
}

interface StoredIn extends InRange {
  readonly columns: readonly ComparedColumn[];
  readonly only?: readonly number[] | undefined;
}

interface Sent {
  /** The hash of its values. */
  readonly sql: string;
  readonly column: BlockColumn;
}

/** The column is named by its `place`: names of the table may need quotes, which not every server accepts in a structure. */
function sentValue(
  { name, type, formerType }: HashedValue,
  sent: BlockColumn | undefined,
  place: number,
): Sent {
  if (sent === undefined) {
    throw new Error(`column ${name} should be compared, but the block has no such column`);
  }
  const column = { ...sent, name: `c${place}`, type: unnestedType(sent.type) };
  const wanted = binaryType(type);
  const given = binaryType(sent.type);
  const inner = /^Nullable\((.*)\)$/s.exec(given)?.[1];
  if (inner === undefined || wanted.startsWith('Nullable(')) {
    return { sql: hashOf(through(formerType, column.name, given, wanted)), column };
  }
  // A NULL takes the default of the table's column, which only the server knows.
  const hash = hashOf(through(formerType, `assumeNotNull(${column.name})`, inner, wanted));
  return { sql: `if(isNull(${column.name}), 0, ${hash})`, column };
}

/** Groups that fit into a URL, in order, none of them empty. */
function groupsOf(columns: readonly Sent[]): readonly (readonly Sent[])[] {
  const groups: Sent[][] = [];
  let bytes = Infinity;
  for (const each of columns) {
    const size = encodeURIComponent(`${each.sql}, ${each.column.name} ${each.column.type}`).length;
    bytes += size;
    if (bytes > MAX_ADDRESS_BYTES) {
      groups.push([]);
      bytes = size;
    }
    groups.at(-1)?.push(each);
  }
  return groups;
}

/** Never 0. Equal values of a type have the same binary form, whichever way they were written. */
function hashOf(value: string): string {
  return `toUInt32(sipHash64(${binary(value)}) % 4294967295 + 1)`;
}

export function binary(value: string): string {
  return `formatRow('RowBinary', ${value})`;
}

/** The value as the former type of the column would have held it, if there is one. */
export function through(
  formerType: string | undefined,
  value: string,
  ...[from, to]: readonly [from: string, to: string]
): string {
  if (formerType === undefined) return converted(value, from, to);
  return converted(converted(value, from, formerType), formerType, to);
}

function converted(value: string, from: string, to: string): string {
  return from === to ? value : `CAST(${value} AS ${to})`;
}

/**
 * Hashes JSON as text with sorted paths, because its binary form depends on how a part stores it. Servers without JSON have none
 * of these settings.
 */
export function settingsFor(columns: readonly ComparedColumn[]): Settings {
  const some = columns.some(({ type }) => hasJson(type));
  return {
    ...WHOLE_ANSWER,
    ...(some && { output_format_binary_write_json_as_string: 1, ...JSON_INSERT_SETTINGS }),
  };
}

/** The current types: an ALTER may have widened a type since the plan was made. */
async function typesOf(
  server: Server,
  { database, table }: TableName,
): Promise<ReadonlyMap<string, string>> {
  const rows = await server.rows<{ name: string; type: string }>({
    sql: 'SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {table:String}',
    parameters: { database, table },
  });
  return new Map(rows.map(({ name, type }) => [name, type]));
}

function copyHashes(hashes: Uint32Array, chunk: Buffer, at: number): void {
  for (let place = 0; place < hashes.length; place++) {
    hashes[place] = chunk.readUInt32LE(at + place * HASH_BYTES);
  }
}
