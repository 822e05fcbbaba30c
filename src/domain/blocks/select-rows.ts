import { Buffer } from 'node:buffer';
import type { Block, BlockColumn } from './block.js';
import { isLineageColumn } from '../records/lineage.js';
import type { OffsetSpan } from '../records/offset-range.js';
import { columnTypeOf } from '../types/create-column-type.js';
import { selectEncoded } from '../types/native/select-encoded.js';

type Rows = readonly [first: number, end: number];

/**
 * The part of a block with only some of its rows, to send them again. It copies the bytes of the rows, so that they stay
 * identical. It decides no offsets and has no dead letters, because the whole block has those. Times, table partitions and
 * bytes are bounds taken from the whole block.
 */
export function selectRows(
  block: Block,
  keep: (partition: number, offset: number) => boolean,
): Block {
  const spans: OffsetSpan[] = [];
  const kept: Rows[] = [];
  let row = 0;
  for (const span of block.spans) {
    for (const part of keptParts(span, keep)) {
      const first = row + part.first - span.first;
      spans.push(part);
      kept.push([first, first + part.end - part.first]);
    }
    row += span.end - span.first;
  }
  const rows = kept.reduce((sum, [first, end]) => sum + end - first, 0);
  return {
    ...block,
    rows,
    columns: block.columns.map((column) => ({
      ...column,
      data: selectFrom(column, kept, block.rows),
    })),
    spans,
    covered: [],
    times: rows > 0 ? block.times : null,
    deadLetters: [],
    knownDeadLetters: [],
    lone: rows === block.rows ? block.lone : null,
    filtered: 0,
    records: rows,
    valueBytes: Math.round((block.valueBytes * rows) / Math.max(1, block.rows)),
  };
}

function keptParts(
  { partition, epoch, first, end }: OffsetSpan,
  keep: (partition: number, offset: number) => boolean,
): readonly OffsetSpan[] {
  const parts: OffsetSpan[] = [];
  let start = -1;
  for (let offset = first; offset <= end; offset++) {
    const isKept = offset < end && keep(partition, offset);
    if (isKept && start < 0) start = offset;
    if (isKept || start < 0) continue;
    parts.push({ partition, epoch, first: start, end: offset });
    start = -1;
  }
  return parts;
}

function selectFrom(
  { name, type, data }: BlockColumn,
  kept: readonly Rows[],
  rows: number,
): Buffer {
  // These dictionaries have a single key, and one-byte indexes.
  if (isLineageColumn(name) && type === 'LowCardinality(String)') {
    return selectIndexes(data, kept, rows);
  }
  switch (type) {
    case 'String':
      return selectStrings(data, kept);
    case 'DateTime':
    case 'UInt32':
      return selectFixed(data, kept, 4);
    case 'UInt64':
      return selectFixed(data, kept, 8);
    default:
      return selectEncoded(columnTypeOf(type).layout, data, { rows, kept });
  }
}

function selectFixed(data: Buffer, kept: readonly Rows[], width: number): Buffer {
  return Buffer.concat(kept.map(([first, end]) => data.subarray(first * width, end * width)));
}

/** The same dictionary with the indexes of the kept rows. Indexes have one byte each and are at the end, after their number. */
function selectIndexes(data: Buffer, kept: readonly Rows[], rows: number): Buffer {
  const indexes = selectFixed(data.subarray(data.length - rows), kept, 1);
  if (indexes.length === 0) return indexes;
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(indexes.length));
  return Buffer.concat([data.subarray(0, data.length - rows - 8), count, indexes]);
}

function selectStrings(data: Buffer, kept: readonly Rows[]): Buffer {
  const parts: Buffer[] = [];
  let row = 0;
  let at = 0;
  const skipTo = (target: number) => {
    for (; row < target; row++) at = endOfString(data, at);
    return at;
  };
  for (const [first, end] of kept) parts.push(data.subarray(skipTo(first), skipTo(end)));
  return Buffer.concat(parts);
}

/** The position after a String. A String has its length in groups of seven bits, lowest first, followed by its bytes. */
function endOfString(data: Buffer, start: number): number {
  let at = start;
  let length = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = data.readUInt8(at++);
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return at + length;
  }
}
