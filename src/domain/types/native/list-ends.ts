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

  rewind(): void {
    this.column.rewind();
    this.markedTotal = 0;
  }

  /** Moves the mark forward by `count` lists. Returns how many values they have. */
  advance(count: number): number {
    const before = this.markedTotal;
    if (count > 0) this.markedTotal = this.endOf(count - 1);
    this.column.marked += count * 8;
    return this.markedTotal - before;
  }

  /** Appends `count` lists of another column, from its mark on. Returns how many values they have. */
  appendFrom(source: ListEnds, count: number): number {
    const first = source.markedTotal;
    let before = first;
    for (let index = 0; index < count; index++) {
      const end = source.endOf(index);
      this.append(end - before);
      before = end;
    }
    return before - first;
  }

  /** The end of the list that is `index` lists after the mark. */
  private endOf(index: number): number {
    return Number(this.column.bytes.readBigUInt64LE(this.column.marked + index * 8));
  }

  /** Divides the values since the mark into `count` lists. `values` returns the requested number of values. */
  group<T>(count: number, values: (total: number) => readonly T[]): T[][] {
    const ends: number[] = [];
    for (let index = 0; index < count; index++) ends.push(this.endOf(index) - this.markedTotal);
    const all = values(ends.at(-1) ?? 0);
    return ends.map((end, index) => all.slice(ends[index - 1] ?? 0, end));
  }
}
