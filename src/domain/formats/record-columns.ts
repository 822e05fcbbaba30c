import type { ColumnSpec } from '../contract/contract-spec.js';
import type { RowColumn, RowWriter } from '../contract/row-writer.js';
import type { RecordRun } from '../records/record-run.js';
import { ScratchText } from '../types/json-text/scratch-text.js';
import { FAULT, type ValueFault } from '../types/value-fault.js';

/** Whether the column takes something of the record other than a field of its value. */
export function isFromRecord({ from: { kind } }: ColumnSpec): boolean {
  switch (kind) {
    case 'key':
    case 'value':
    case 'timestamp':
    case 'headers':
    case 'header':
      return true;
    case 'event':
    case 'rest':
    case 'transform':
    case 'server':
      return false;
  }
}

/** Fills the columns that take a record's key, timestamp or headers, or its value as it is. */
export class RecordColumns {
  private readonly columns: readonly RowColumn[];
  private readonly fault: ValueFault;
  private readonly scratch = new ScratchText();

  constructor({ columns, fault }: RowWriter) {
    this.columns = columns.filter(({ spec }) => isFromRecord(spec));
    this.fault = fault;
  }

  /**
   * Appends the values of one row to all these columns. Returns false and changes nothing if one of them can't be stored,
   * or if the record has no timestamp: its replacement may be the event's time.
   */
  appendRow(run: RecordRun, index: number): boolean {
    const { columns } = this;
    for (let place = 0; place < columns.length; place++) {
      const column = columns[place]!;
      column.writer.mark();
      const isTimeless = column.spec.from.kind === 'timestamp' && run.timestamps[index]! < 0;
      if (!isTimeless && this.append(column, run, index) !== FAULT) continue;
      for (let back = place; back >= 0; back--) columns[back]!.writer.rollback();
      return false;
    }
    return true;
  }

  /** Appends the value of one column. Returns `FAULT` and raises the fault if it can't be stored. */
  append(column: RowColumn, run: RecordRun, index: number): number {
    const { bytes } = run;
    const { writer, spec } = column;
    const { from } = spec;
    switch (from.kind) {
      case 'key':
        return run.keyStarts[index]! < 0
          ? appendMissing(column, this.fault)
          : writer.appendText(bytes, run.keyStarts[index]!, run.keyEnds[index]!);
      case 'value':
        return writer.appendText(bytes, run.valueStarts[index]!, run.valueEnds[index]!);
      case 'timestamp':
        return this.appendTimestamp(column, run.timestamps[index]!);
      case 'headers':
        return writer.appendValue(
          new Map(run.headers(index).map(({ key, value }) => [key, value])),
        );
      case 'header': {
        const last = run.headers(index).findLast(({ key }) => key === from.header);
        const value = last?.value ?? null;
        if (value === null) return appendMissing(column, this.fault);
        return writer.appendText(value, 0, value.length);
      }
      case 'event':
      case 'rest':
      case 'transform':
      case 'server':
        throw new Error(`column ${spec.name} takes only the value of the record`);
    }
  }

  private appendTimestamp(column: RowColumn, ms: number): number {
    // Kafka's value for a record without a timestamp is -1.
    if (ms < 0) return appendMissing(column, this.fault);
    this.scratch.write(String(ms));
    return column.writer.appendText(this.scratch.bytes, 0, this.scratch.length);
  }
}

/** Appends the replacement for a missing value. Returns `FAULT` if the value is required. */
export function appendMissing(
  { spec, writer, type, defaultsByServer }: RowColumn,
  fault: ValueFault,
): number {
  if (spec.default?.kind === 'value') return writer.appendValue(spec.default.value);
  if (!type.isNullable && !defaultsByServer) return fault.raise('missing_field', 'is required');
  writer.appendZero();
  return 0;
}
