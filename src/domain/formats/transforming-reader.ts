import type { Contract } from '../contract/define-contract.js';
import type { StandardSchema } from '../contract/contract-options.js';
import { LazyRow } from '../contract/lazy-row.js';
import { RecordView } from '../contract/record-view.js';
import type { RowColumn, RowWriter } from '../contract/row-writer.js';
import type { RecordRun } from '../records/record-run.js';
import { verdictOf } from '../contract/verdict.js';
import { FAULT } from '../types/value-fault.js';
import type { Outcome, RecordReader, RecordRejection } from './record-reader.js';

/** Longest reason, because every dead letter stores it. */
const MAX_WHY_LENGTH = 200;

type Transform = (row: object, record: RecordView) => unknown;

/** Applies a contract's validation and transform to each row that a reader has appended, and appends the result. */
export class TransformingReader implements RecordReader {
  rejection: RecordRejection;
  private readonly reader: RecordReader;
  private readonly validate: StandardSchema | null;
  private readonly transform: Transform | null;
  private readonly received: readonly RowColumn[];
  private readonly lazyRow: LazyRow;
  private readonly derived: readonly RowColumn[];
  private readonly names: ReadonlySet<string>;

  constructor(reader: RecordReader, { transform, validate }: Contract) {
    const { columns } = reader.writer;
    const isDerived = ({ spec }: RowColumn) => spec.from.kind === 'transform';
    this.reader = reader;
    this.rejection = reader.rejection;
    this.validate = validate;
    this.transform = transform as Transform | null;
    this.derived = columns.filter(isDerived);
    this.names = new Set(columns.map(({ spec }) => spec.name));
    this.received = columns.filter((column) => !isDerived(column));
    this.lazyRow = new LazyRow(this.received);
  }

  get seconds(): number {
    return this.reader.seconds;
  }

  get writer(): RowWriter {
    return this.reader.writer;
  }

  read(run: RecordRun, index: number): Outcome {
    const outcome = this.reader.read(run, index);
    if (outcome === 'rejected') this.rejection = this.reader.rejection;
    if (outcome !== 'row') return outcome;
    // The reader has not touched the columns of the transform, so their row begins here.
    for (const { writer } of this.derived) writer.mark();
    const judged = this.judge(new RecordView(run, index));
    if (judged !== 'row') this.writer.rollback();
    return judged;
  }

  private judge(record: RecordView): Outcome {
    if (this.validate !== null) {
      const problem = validationProblem(this.validate, record.event);
      if (problem !== null) return this.reject('rejected_by_validation', '', problem);
    }
    return this.transform === null ? 'row' : this.runTransform(this.transform, record);
  }

  private runTransform(transform: Transform, record: RecordView): Outcome {
    const { row } = this.lazyRow;
    this.lazyRow.next();
    let returned: unknown;
    try {
      returned = transform(row, record);
    } catch (error) {
      return this.refuse('', `the transform threw ${nameOf(error)}`);
    }
    if (isPromise(returned)) {
      return this.refuse(
        '',
        'the transform returned a promise: it must return a row or a verdict synchronously',
      );
    }
    if (typeof returned !== 'object' || returned === null) {
      return this.refuse('', 'the transform returned neither a row nor a verdict');
    }
    switch (returned === row ? 'row' : verdictOf(returned)) {
      case 'filtered':
        return 'filtered';
      case 'rejected': {
        const { why } = returned as { readonly why?: unknown };
        return this.refuse('', String(why).slice(0, MAX_WHY_LENGTH));
      }
      case 'row':
        return this.appendMade(returned as Readonly<Record<string, unknown>>);
    }
  }

  /**
   * Replaces the values that the transform has changed, and appends those that only it provides. Values that it leaves out
   * stay.
   */
  private appendMade(made: Readonly<Record<string, unknown>>): Outcome {
    const { lazyRow, received, derived, names } = this;
    if (made !== lazyRow.row) {
      for (const name of Object.keys(made)) {
        if (!names.has(name))
          return this.refuse('', 'the transform returned a field that is not a column');
      }
      for (const [place, { spec, writer }] of received.entries()) {
        const value = made[spec.name];
        if (value === undefined || lazyRow.isUnchanged(place, value)) continue;
        writer.rollback();
        if (writer.appendValue(value) === FAULT) return this.refuseValue(spec.name);
      }
    }
    for (const { spec, writer } of derived) {
      const value = made[spec.name];
      // This also applies if NULL could be stored, because a forgotten value is not NULL.
      if (value === undefined) this.writer.fault.raise('missing_field', 'is required');
      if (value === undefined || writer.appendValue(value) === FAULT) {
        return this.refuseValue(spec.name);
      }
    }
    return 'row';
  }

  private refuseValue(column: string): Outcome {
    const { path, rule } = this.writer.fault;
    return this.refuse(
      column + path,
      `the value that the transform returns for ${column}${path} ${rule}`,
    );
  }

  private refuse(path: string, error: string): Outcome {
    return this.reject('rejected_by_transform', path, error);
  }

  private reject(reason: RecordRejection['reason'], path: string, error: string): Outcome {
    const stage = reason === 'rejected_by_transform' ? 'transform' : 'validate';
    this.rejection = { stage, reason, path, error };
    return 'rejected';
  }
}

/** Why the event is not valid, without quoting it. Null if it is valid. */
function validationProblem(schema: StandardSchema, event: unknown): string | null {
  let result: unknown;
  try {
    result = schema['~standard'].validate(event);
  } catch (error) {
    return `the validation of the contract threw ${nameOf(error)}`;
  }
  if (isPromise(result)) {
    return 'the validation of the contract is asynchronous: it must be synchronous';
  }
  const isRefused =
    typeof result === 'object' &&
    result !== null &&
    'issues' in result &&
    result.issues !== undefined;
  return isRefused ? 'the validation of the contract rejected the event' : null;
}

/** Nobody awaits the promise, so its rejection must not end the process. */
function isPromise(value: unknown): boolean {
  if (!(value instanceof Promise)) return false;
  value.catch(() => undefined);
  return true;
}

/** An error's message may quote the event. Its name does not, unless somebody set it that way. */
function nameOf(error: unknown): string {
  return error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : 'something';
}
