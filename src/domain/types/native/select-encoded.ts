import { Buffer } from 'node:buffer';
import type { Layout } from './layout.js';
import { lengthAt } from './read-bytes.js';

/** Rows `[first, end)` of a block. */
export type RowRange = readonly [first: number, end: number];

/**
 * Selects some rows of a column, to send them again. It copies their bytes, so that they stay identical. `data` holds
 * `rows` values in this layout, with their prefix; `kept` is ascending.
 */
export function selectEncoded(
  layout: Layout,
  data: Buffer,
  { rows, kept }: { readonly rows: number; readonly kept: readonly RowRange[] },
): Buffer {
  const selection = new Selection(data);
  selection.prefix(layout);
  // A block without rows has no bytes, not even a prefix.
  if (kept.every(([first, end]) => first === end)) return Buffer.alloc(0);
  selection.data(layout, rows, kept);
  return Buffer.concat(selection.parts);
}

/** Goes through a column once and keeps the bytes of the selected rows. */
class Selection {
  readonly parts: Buffer[] = [];
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Keeps the prefix, in the order of the types. */
  prefix(layout: Layout): void {
    switch (layout.kind) {
      case 'low-cardinality':
      case 'json-text':
        this.keep(8);
        break;
      case 'nullable':
      case 'array':
        this.prefix(layout.of);
        break;
      case 'tuple':
        for (const element of layout.of) this.prefix(element);
        break;
      case 'fixed':
      case 'string':
        break;
    }
  }

  data(layout: Layout, rows: number, kept: readonly RowRange[]): void {
    switch (layout.kind) {
      case 'fixed':
        this.fixed(layout.width, rows, kept);
        break;
      case 'string':
      case 'json-text':
        this.strings(rows, kept);
        break;
      case 'nullable':
        this.fixed(1, rows, kept);
        this.data(layout.of, rows, kept);
        break;
      case 'tuple':
        for (const element of layout.of) this.data(element, rows, kept);
        break;
      case 'array':
        this.lists(layout.of, rows, kept);
        break;
      case 'low-cardinality':
        this.dictionary(layout.keys, rows, kept);
        break;
    }
  }

  private fixed(width: number, rows: number, kept: readonly RowRange[]): void {
    const start = this.at;
    for (const [first, end] of kept) {
      this.parts.push(this.bytes.subarray(start + first * width, start + end * width));
    }
    this.at = start + rows * width;
  }

  private strings(rows: number, kept: readonly RowRange[]): void {
    let row = 0;
    const skipTo = (target: number) => {
      for (; row < target; row++) {
        const { value, end } = lengthAt(this.bytes, this.at);
        this.at = end + value;
      }
      return this.at;
    };
    for (const [first, end] of kept) {
      this.parts.push(this.bytes.subarray(skipTo(first), skipTo(end)));
    }
    skipTo(rows);
  }

  private lists(of: Layout, rows: number, kept: readonly RowRange[]): void {
    const start = this.at;
    const endOf = (row: number) =>
      row < 0 ? 0 : Number(this.bytes.readBigUInt64LE(start + row * 8));
    const ends = Buffer.alloc(rowsIn(kept) * 8);
    let total = 0;
    let written = 0;
    for (const [first, end] of kept) {
      for (let row = first; row < end; row++) {
        total += endOf(row) - endOf(row - 1);
        ends.writeBigUInt64LE(BigInt(total), written * 8);
        written++;
      }
    }
    this.parts.push(ends);
    this.at = start + rows * 8;
    const values = kept.map(([first, end]): RowRange => [endOf(first - 1), endOf(end - 1)]);
    this.data(of, endOf(rows - 1), values);
  }

  /** Keeps all keys, because keys without rows do no harm. */
  private dictionary(keys: Layout, rows: number, kept: readonly RowRange[]): void {
    if (rows === 0) return;
    const start = this.at;
    const width = 2 ** this.bytes.readUInt8(start);
    const count = Number(this.bytes.readBigUInt64LE(start + 8));
    this.at = start + 16;
    const keysEnd = this.behind(keys, count);
    this.at = keysEnd + 8;
    if (rowsIn(kept) > 0) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(rowsIn(kept)));
      this.parts.push(this.bytes.subarray(start, keysEnd), length);
    }
    this.fixed(width, rows, kept);
  }

  /** Position after this many values, none of which is kept. */
  private behind(layout: Layout, rows: number): number {
    this.data(layout, rows, []);
    return this.at;
  }

  private keep(bytes: number): void {
    this.parts.push(this.bytes.subarray(this.at, this.at + bytes));
    this.at += bytes;
  }
}

function rowsIn(kept: readonly RowRange[]): number {
  return kept.reduce((sum, [first, end]) => sum + end - first, 0);
}
