import type { RowColumn } from './row-writer.js';

/** The row that was appended last, as a transform sees it: each value is decoded when it is asked for. */
export class LazyRow {
  /**
   * One object for all rows, because making one for each costs as much as reading the record. It can't be changed: a
   * transform gives what it wants to be stored otherwise.
   */
  readonly row: object;
  private readonly columns: readonly RowColumn[];
  private readonly values: unknown[];
  private readonly isDecoded: Uint8Array;

  /** `columns`: those that the record fills. */
  constructor(columns: readonly RowColumn[]) {
    this.columns = columns;
    this.values = columns.map(() => undefined);
    this.isDecoded = new Uint8Array(columns.length);
    // Without a prototype, a column may have any name.
    const row = Object.create(null) as object;
    for (const [place, { spec }] of columns.entries()) {
      Object.defineProperty(row, spec.name, { enumerable: true, get: () => this.valueAt(place) });
    }
    this.row = Object.freeze(row);
  }

  /** Another row was appended. */
  next(): void {
    this.isDecoded.fill(0);
  }

  /** The value of the column at that place is the one that the record has, so that its bytes can stay. */
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
