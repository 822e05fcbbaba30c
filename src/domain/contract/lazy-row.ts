import type { RowColumn } from './row-writer.js';

/** The last appended row, as a transform sees it. Each value is decoded on first use. */
export class LazyRow {
  /**
   * One object for all rows, because a new object for each row costs as much as reading the record. It can't be changed: a
   * transform returns the values that it wants to change.
   */
  readonly row: object;
  private readonly columns: readonly RowColumn[];
  private readonly values: unknown[];
  private readonly isDecoded: Uint8Array;

  /** `columns`: the columns that the record fills. */
  constructor(columns: readonly RowColumn[]) {
    this.columns = columns;
    this.values = columns.map(() => undefined);
    this.isDecoded = new Uint8Array(columns.length);
    // Without a prototype, so that a column may have any name.
    const row = Object.create(null) as object;
    for (const [place, { spec }] of columns.entries()) {
      Object.defineProperty(row, spec.name, { enumerable: true, get: () => this.valueAt(place) });
    }
    this.row = Object.freeze(row);
  }

  /** Moves on to the next appended row. */
  next(): void {
    this.isDecoded.fill(0);
  }

  /** Whether the value of this column is the one from the record, so that its bytes can stay. */
  isUnchanged(place: number, value: unknown): boolean {
    const isPlain = typeof value !== 'object' || value === null;
    return isPlain && this.isDecoded[place] === 1 && Object.is(this.values[place], value);
  }

  private valueAt(place: number): unknown {
    if (this.isDecoded[place] === 0) {
      this.values[place] = this.columns[place]?.writer.recent(1)[0];
      this.isDecoded[place] = 1;
    }
    return this.values[place];
  }
}
