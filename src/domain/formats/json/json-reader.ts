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

/** No string of JavaScript holds more UTF-16 units, and no byte of UTF-8 makes more than one. */
const LONGEST_TEXT_BYTES = constants.MAX_STRING_LENGTH;

const LETTER_N = 0x6e;
const ACCEPTED: RecordRejection = { stage: 'decode', reason: 'invalid_json', path: '', error: '' };

/** A column of the contract, and where its value comes from. */
interface ReadColumn extends RowColumn {
  /** Among the locator's paths; -1 where it comes from elsewhere. */
  readonly path: number;
  /** A null of JSON is a value of it: Nullable, or the text of any value. */
  readonly takesNull: boolean;
}

/**
 * The authority on what a JSON record means, for every contract. It reads the text itself, because JSON.parse rounds
 * integers beyond 2^53 and long decimals: first it finds the fields and checks the grammar of the whole record, then each
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
  /** Keys of the missing field's path that lead to something else than an object. */
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

  /** Judges what the locator is not sure of. False with the rejection set. */
  private locateSlowly(bytes: Buffer, start: number, end: number): boolean {
    const value = bytes.subarray(start, end);
    if (value.length > LONGEST_TEXT_BYTES) {
      return this.reject('invalid_json', `the value is longer than ${LONGEST_TEXT_BYTES} bytes`);
    }
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
    // It is an object that is nested more deeply than the grammar follows.
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
        : appendMissing(column, this.writer.fault);
    }
    if (bytes[start] === LETTER_N && !column.takesNull) {
      if (column.spec.null === 'default') return appendMissing(column, this.writer.fault);
      // Its writer takes NULL, which stands for a missing field and for nothing else.
      if (column.defaultsByServer) return this.writer.fault.raiseNull('must not be null');
    }
    return column.writer.appendJson(bytes, start);
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

/** Of a text that is JSON. */
function isObject(value: Buffer): boolean {
  return value.find((byte) => byte > 0x20) === BRACE;
}
