import { ByteColumn } from './byte-column.js';

/** The end of each list of an Array or Map among all their values, as a UInt64. */
export class ListEnds {
  readonly column = new ByteColumn();
  private total = 0;
  private markedTotal = 0;

  append(count: number): void {
    this.total += count;
    this.column.appendCount(this.total);
  }

  mark(): void {
    this.column.mark();
    this.markedTotal = this.total;
  }

  rollback(): void {
    this.column.rollback();
    this.total = this.markedTotal;
  }

  clear(): void {
    this.column.clear();
    this.total = 0;
    this.markedTotal = 0;
  }

  /** Divides the values since the mark into `count` lists. `values` returns the requested number of values. */
  group<T>(count: number, values: (total: number) => readonly T[]): T[][] {
    const { bytes, marked } = this.column;
    const ends: number[] = [];
    for (let index = 0; index < count; index++) {
      ends.push(Number(bytes.readBigUInt64LE(marked + index * 8)) - this.markedTotal);
    }
    const all = values(ends.at(-1) ?? 0);
    return ends.map((end, index) => all.slice(ends[index - 1] ?? 0, end));
  }
}
