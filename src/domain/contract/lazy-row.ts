import type { ColumnWriter } from '../types/native/column-writer.js';
import type { RowColumn } from './row-writer.js';

/** One row of some columns, as a transform sees it. Each value is decoded on first use. */
export class LazyRow {
  /**
   * One object for all rows, because a new object for each row costs as much as reading the record. It can't be changed: a
   * transform returns the values that it wants to change.
   */
  readonly row: object;
  private readonly columns: readonly RowColumn[];
  private readonly values: unknown[];
  private readonly isDecoded: Uint8Array;
  /** Number of rows after the one at the marks of the columns when `begin` was called. */
  private at = 0;
  /** By column: the row that its mark is at, counted in the same way. */
  private readonly markedRows: Uint32Array;

  /** `columns`: the columns that the record fills. The row is the one at their marks. */
  constructor(columns: readonly RowColumn[]) {
    this.columns = columns;
    this.values = columns.map(() => undefined);
    this.isDecoded = new Uint8Array(columns.length);
    this.markedRows = new Uint32Array(columns.length);
    // Without a prototype, so that a column may have any name.
    const row = Object.create(null) as object;
    for (const [place, { spec }] of columns.entries()) {
      Object.defineProperty(row, spec.name, { enumerable: true, get: () => this.valueAt(place) });
    }
    this.row = Object.freeze(row);
  }

  /** Shows the row at the marks of the columns. */
  begin(): void {
    this.at = 0;
    this.markedRows.fill(0);
    this.isDecoded.fill(0);
  }

  /** Moves on to the next row. A column moves its mark only when its value is used. */
  next(): void {
    this.at += 1;
    this.isDecoded.fill(0);
  }

  /** Returns a column with its mark at the row. */
  columnAt(place: number): ColumnWriter {
    const { writer } = this.columns[place]!;
    const behind = this.at - this.markedRows[place]!;
    if (behind > 0) {
      writer.advance(behind);
      this.markedRows[place] = this.at;
    }
    return writer;
  }

  /** Whether the value of this column is the one from the record, so that its bytes can stay. */
  isUnchanged(place: number, value: unknown): boolean {
    const isPlain = typeof value !== 'object' || value === null;
    return isPlain && this.isDecoded[place] === 1 && Object.is(this.values[place], value);
  }

  private valueAt(place: number): unknown {
    if (this.isDecoded[place] === 0) {
      this.values[place] = this.columnAt(place).recent(1)[0];
      this.isDecoded[place] = 1;
    }
    return this.values[place];
  }
}
