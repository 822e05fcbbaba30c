import { LazyRow } from '../contract/lazy-row.js';
import { isDerived, isFromEvent, type RowColumn, RowWriter } from '../contract/row-writer.js';
import type { ContractSpec } from '../contract/contract-spec.js';
import { RecordColumns } from '../formats/record-columns.js';
import { appendDerived, type MadeRow } from '../formats/row-transform.js';
import type { RunReader } from '../formats/run-reader.js';
import type { RecordRun } from '../records/record-run.js';
import type { EncodedRows } from '../types/native/encoded-parts.js';
import { FAULT } from '../types/value-fault.js';

/** A column that the record fills. */
interface Received {
  /** Among the columns of the lazy row. */
  readonly place: number;
  /** The column of the block. */
  readonly column: RowColumn;
  /** The column of the records of one call. */
  readonly source: RowColumn;
  /** Whether it takes something of the event, which the run reader encodes. */
  readonly isField: boolean;
  /** Number of parts that it has in the encoded rows. */
  parts: number;
  /** Whether the transform has changed it at least once. Then it is appended value by value. */
  isChanged: boolean;
}

/**
 * The columns of a contract with a transform: those of the records of one call, and those of the block. Columns that the transform
 * never changes are appended as the run reader has encoded them. All others are appended value by value.
 */
export class TransformedColumns {
  /** Shows the records of the call to the transform, one after the other. */
  readonly lazyRow: LazyRow;
  private readonly target: RowWriter;
  private readonly source: RowWriter;
  private readonly recordColumns: RecordColumns;
  private readonly received: readonly Received[];
  private readonly derived: readonly RowColumn[];
  private readonly byName: ReadonlyMap<string, Received>;
  /** Columns that are appended value by value. */
  private readonly changed: Received[] = [];
  /** Columns that the last record of a call has changed for the first time. */
  private readonly found: Received[] = [];
  /** Number of rows that the run reader holds. */
  encoded = 0;
  private readonly sourceRows: EncodedRows = {
    appendEncoded: (parts) => {
      for (const each of this.received) {
        if (!each.isField) continue;
        const before = parts.taken;
        each.source.writer.appendEncoded(parts);
        each.parts = parts.taken - before;
      }
    },
  };
  private readonly unchangedRows: EncodedRows = {
    appendEncoded: (parts) => {
      for (const { column, isField, parts: own, isChanged } of this.received) {
        if (isChanged) parts.taken += own;
        else if (isField) column.writer.appendEncoded(parts);
      }
    },
  };

  constructor(spec: ContractSpec, target: RowWriter) {
    this.target = target;
    this.source = new RowWriter(spec);
    this.recordColumns = new RecordColumns(this.source);
    const sources = this.source.columns.filter((column) => !isDerived(column));
    const columns = target.columns.filter((column) => !isDerived(column));
    this.received = sources.map((source, place) => ({
      place,
      column: columns[place] ?? source,
      source,
      isField: isFromEvent(source.spec),
      parts: 0,
      isChanged: false,
    }));
    this.derived = target.columns.filter(isDerived);
    this.byName = new Map(this.received.map((each) => [each.column.spec.name, each]));
    this.lazyRow = new LazyRow(sources);
  }

  /** Reads records of the open run. Returns their number. The lazy row shows the first of them. */
  read(reader: RunReader, run: RecordRun, first: number, end: number): number {
    const { source, recordColumns } = this;
    source.clear();
    this.encoded = reader.take(first, end);
    if (this.encoded > 0) reader.append(this.sourceRows);
    let read = 0;
    while (read < this.encoded && recordColumns.appendRow(run, first + read)) read++;
    source.rewind();
    this.lazyRow.begin();
    return read;
  }

  /**
   * Appends the row that the lazy row shows to the columns that are appended value by value. Returns false and changes nothing if
   * the record reader has to decide the record, or if the row changes a column for the first time.
   */
  appendRow(made: MadeRow | null): boolean {
    const { derived, lazyRow, target, changed } = this;
    if (this.findChanged(made)) return false;
    for (const { column } of changed) column.writer.mark();
    for (const { writer } of derived) writer.mark();
    for (const each of changed) {
      const { writer, spec } = each.column;
      if (!this.isChangedIn(each, made)) writer.appendFrom(lazyRow.columnAt(each.place), 1);
      else if (writer.appendValue(made?.[spec.name]) === FAULT) return this.rollback();
    }
    for (const { writer, spec } of derived) {
      const value = made?.[spec.name];
      if (appendDerived(writer, value, target.fault) === FAULT) return this.rollback();
    }
    return true;
  }

  /** Removes that row again. */
  rollback(): false {
    for (const { column } of this.changed) column.writer.rollback();
    for (const { writer } of this.derived) writer.rollback();
    return false;
  }

  /** Whether the column has its value from the record. */
  isOfRecord(name: string, made: MadeRow | null): boolean {
    const each = this.byName.get(name);
    return each !== undefined && !this.isChangedIn(each, made);
  }

  /** Appends the first rows of a call to the other columns, as the run reader gives them. */
  appendRows(reader: RunReader, first: number, rows: number): void {
    // The run reader drops the rows that do not go into the block.
    if (rows < this.encoded) reader.take(first, first + rows);
    reader.append(this.unchangedRows);
    this.source.rewind();
    for (const { column, source, isField, isChanged } of this.received) {
      if (!isField && !isChanged) column.writer.appendFrom(source.writer, rows);
    }
  }

  /** Does the same if some of the first `taken` records are not rows. */
  appendKept(taken: number, isRow: readonly boolean[]): void {
    this.source.rewind();
    for (const { column, source, isChanged } of this.received) {
      if (isChanged) continue;
      for (let row = 0; row < taken;) {
        const isKept = isRow[row] === true;
        let end = row + 1;
        while (end < taken && isRow[end] === isKept) end++;
        if (isKept) column.writer.appendFrom(source.writer, end - row);
        source.writer.advance(end - row);
        row = end;
      }
    }
  }

  /** Appends columns that were changed for the first time value by value from now on. Returns whether there are any. */
  noteChanged(): boolean {
    const { found, changed } = this;
    if (found.length === 0) return false;
    for (const each of found) each.isChanged = true;
    changed.push(...found);
    found.length = 0;
    return true;
  }

  private findChanged(made: MadeRow | null): boolean {
    if (made === null) return false;
    for (const name of Object.keys(made)) {
      const each = this.byName.get(name);
      if (each !== undefined && !each.isChanged && this.isChangedIn(each, made)) {
        this.found.push(each);
      }
    }
    return this.found.length > 0;
  }

  private isChangedIn({ place, column }: Received, made: MadeRow | null): boolean {
    const value = made?.[column.spec.name];
    return value !== undefined && !this.lazyRow.isUnchanged(place, value);
  }
}
