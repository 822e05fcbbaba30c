import { type Buffer, constants, isUtf8 } from 'node:buffer';
import { type ColumnSpec, type ContractSpec, sourceText } from '../../contract/contract-spec.js';
import { type RowColumn, RowWriter } from '../../contract/row-writer.js';
import type { RecordRun } from '../../records/record-run.js';
import { BRACE } from '../../types/json-text/end-of-value.js';
import { clockOf, type EventClock } from '../../types/native/event-clock.js';
import { FAULT } from '../../types/value-fault.js';
import { appendMissing, RecordColumns } from '../record-columns.js';
import type { Outcome, RecordReader, RecordRejection } from '../record-reader.js';
import { schemaHeader } from '../schema-header.js';
import { FieldLocator, MISSING } from './field-locator.js';
import { RestObject } from './rest-object.js';
import { WhenMatcher } from './when-matcher.js';

/** The longest JavaScript string in UTF-16 units. A byte of UTF-8 never makes more than one unit. */
const LONGEST_TEXT_BYTES = constants.MAX_STRING_LENGTH;

const LETTER_N = 0x6e;
const ACCEPTED: RecordRejection = { stage: 'decode', reason: 'invalid_json', path: '', error: '' };

/** A column of the contract, and where its value comes from. */
interface ReadColumn extends RowColumn {
  /** Index among the locator's paths. -1 if the value does not come from a field. */
  readonly path: number;
  /** Whether a JSON null is a value: the type is Nullable, or the column takes the text of any value. */
  readonly takesNull: boolean;
}

/**
 * The reference for the meaning of JSON records, for every contract. It reads the text itself, because JSON.parse rounds
 * integers beyond 2^53 and long decimals. First it finds the fields and checks the grammar of the whole record. Then each
 * column takes its value, in the contract's order.
 */
export class JsonReader implements RecordReader {
  rejection: RecordRejection = ACCEPTED;
  readonly writer: RowWriter;
  private readonly spec: ContractSpec;
  private readonly columns: readonly ReadColumn[];
  private readonly locator: FieldLocator;
  private readonly when: WhenMatcher | null;
  private readonly rest = new RestObject();
  private readonly recordColumns: RecordColumns;
  private readonly clock: EventClock | null;
  /** Number of keys on the missing field's path up to the one whose value is not an object. */
  private blockedDepth = 0;
  private timestampSeconds = 0;

  constructor(spec: ContractSpec, writer = new RowWriter(spec)) {
    this.spec = spec;
    this.writer = writer;
    this.recordColumns = new RecordColumns(writer);
    const paths: (readonly string[])[] = [];
    this.columns = writer.columns
      .filter((column) => column.spec.from.kind !== 'transform')
      .map((column) => ({
        ...column,
        path: column.spec.from.kind === 'event' ? paths.push(column.spec.from.path) - 1 : -1,
        takesNull: takesNull(column),
      }));
    this.when = spec.when && new WhenMatcher(spec.when, paths.push(spec.when.path) - 1);
    const collectsRest = this.columns.some((column) => column.spec.from.kind === 'rest');
    this.locator = new FieldLocator(paths, collectsRest);
    const time = writer.columns.find(({ spec: { name } }) => name === spec.eventTime);
    this.clock = time === undefined ? null : clockOf(time.writer);
  }

  get seconds(): number {
    return this.clock?.lastSeconds ?? this.timestampSeconds;
  }

  read(run: RecordRun, index: number): Outcome {
    const { bytes } = run;
    const start = run.valueStarts[index]!;
    const end = run.valueEnds[index]!;
    if (start < 0) return this.readTombstone();
    if (!this.locator.locate(bytes, start, end) && !this.locateSlowly(bytes, start, end)) {
      return 'rejected';
    }
    if (this.when !== null && !this.when.matches(bytes, this.locator.starts)) return 'filtered';
    const { columns } = this;
    this.blockedDepth = 0;
    for (let place = 0; place < columns.length; place++) {
      const column = columns[place]!;
      column.writer.mark();
      if (this.readColumn(column, run, index) !== FAULT) continue;
      for (let back = place; back >= 0; back--) columns[back]!.writer.rollback();
      this.rejectValue(column.spec);
      return 'rejected';
    }
    this.timestampSeconds = Math.floor(run.timestamps[index]! / 1_000);
    return 'row';
  }

  private readTombstone(): Outcome {
    if (this.spec.tombstones === 'skip') return 'filtered';
    this.reject('null_value', 'the record has no value: a tombstone');
    return 'rejected';
  }

  /** Judges what the locator is not sure of. Returns false and sets the rejection if the record is rejected. */
  private locateSlowly(bytes: Buffer, start: number, end: number): boolean {
    const value = bytes.subarray(start, end);
    if (value.length > LONGEST_TEXT_BYTES) {
      return this.reject('invalid_json', `the value is longer than ${LONGEST_TEXT_BYTES} bytes`);
    }
    if (value.length === 0) return this.reject('invalid_json', 'the value is empty');
    if (!isUtf8(value)) {
      return this.reject('invalid_utf8', schemaHeader(value) ?? 'the value is not UTF-8');
    }
    if (!isJson(value.toString('utf8'))) {
      return this.reject('invalid_json', schemaHeader(value) ?? 'the value is not JSON');
    }
    if (!isObject(value)) {
      this.reject('wrong_type', 'the value must be a JSON object');
      this.rejection = { ...this.rejection, stage: 'validate' };
      return false;
    }
    // It is an object that is nested more deeply than the grammar allows.
    this.locator.locateChecked(bytes, start, end);
    return true;
  }

  private readColumn(column: ReadColumn, run: RecordRun, index: number): number {
    const { kind } = column.spec.from;
    if (kind === 'event') return this.readField(column, run.bytes);
    if (kind !== 'rest') return this.recordColumns.append(column, run, index);
    return column.writer.appendJson(this.rest.textOf(run.bytes, this.locator.rest), 0);
  }

  private readField(column: ReadColumn, bytes: Buffer): number {
    const start = this.locator.starts[column.path]!;
    if (start === MISSING) {
      this.blockedDepth = this.locator.blockedAt(column.path);
      return this.blockedDepth > 0
        ? this.writer.fault.raise('wrong_type', 'must be an object')
        : this.appendMissingField(column);
    }
    if (bytes[start] === LETTER_N && !column.takesNull) {
      if (column.spec.null === 'default') return appendMissing(column, this.writer.fault);
      // The column's writer takes NULL, but only to represent a missing field.
      if (column.defaultsByServer) return this.writer.fault.raiseNull('must not be null');
    }
    return column.writer.appendJson(bytes, start);
  }

  private appendMissingField(column: ReadColumn): number {
    const { fault } = this.writer;
    const behind = appendMissing(column, fault);
    const depth = behind === FAULT ? this.locator.nullAt(column.path) : 0;
    const { from } = column.spec;
    if (depth === 0 || from.kind !== 'event') return behind;
    return fault.raise(
      'missing_field',
      `is required, but ${from.path.slice(0, depth).join('.')} is null`,
    );
  }

  private rejectValue({ from, null: nulls }: ColumnSpec): void {
    const { fault } = this.writer;
    const isWrongNull = fault.reason === 'null_value' && nulls === 'wrong_type';
    const reason = isWrongNull ? 'wrong_type' : fault.reason;
    const rule = isWrongNull ? fault.ruleWithoutNull : fault.rule;
    const { path } = fault;
    const isBlocked = from.kind === 'event' && this.blockedDepth > 0;
    const field = isBlocked ? from.path.slice(0, this.blockedDepth).join('.') : sourceText(from);
    const place = field + path;
    this.rejection = { stage: 'validate', reason, path: place, error: `${place} ${rule}` };
  }

  private reject(reason: RecordRejection['reason'], error: string): false {
    this.rejection = { stage: 'decode', reason, path: '', error };
    return false;
  }
}

function takesNull({ type, spec }: RowColumn): boolean {
  const isAnyText = spec.read === 'json' && !type.isNullable;
  return isAnyText || (type.isNullable && spec.null !== 'default');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Expects a text that is JSON. */
function isObject(value: Buffer): boolean {
  return value.find((byte) => byte > 0x20) === BRACE;
}
