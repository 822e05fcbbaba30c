import type { Contract } from '../contract/define-contract.js';
import type { StandardSchema } from '../contract/contract-options.js';
import { LazyRow } from '../contract/lazy-row.js';
import { RecordView } from '../contract/record-view.js';
import type { RowColumn, RowWriter } from '../contract/row-writer.js';
import type { RecordRun } from '../records/record-run.js';
import { verdictOf } from '../contract/verdict.js';
import { FAULT } from '../types/value-fault.js';
import type { Outcome, RecordReader, RecordRejection } from './record-reader.js';

/** A reason is a rule, not an essay: it stands in every dead letter. */
const MAX_WHY_LENGTH = 200;

type Transform = (row: object, record: RecordView) => unknown;

/** Runs a contract's validation and transform on each row that a reader has appended, and appends what they make of it. */
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
    // The reader has not touched the columns of the transform: their row begins here.
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
        'the transform gave a promise: it must give a row or a verdict at once',
      );
    }
    if (typeof returned !== 'object' || returned === null) {
      return this.refuse('', 'the transform gave neither a row nor a verdict');
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

  /** Replaces what the transform has changed, and appends what only it gives. What it leaves out stays. */
  private appendMade(made: Readonly<Record<string, unknown>>): Outcome {
    const { lazyRow, received, derived, names } = this;
    if (made !== lazyRow.row) {
      for (const name of Object.keys(made)) {
        if (!names.has(name))
          return this.refuse('', 'the transform gave a field that is no column');
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
      // Also where NULL could be stored: what was forgotten is not NULL.
      if (value === undefined) this.writer.fault.raise('missing_field', 'is required');
      if (value === undefined || writer.appendValue(value) === FAULT) {
        return this.refuseValue(spec.name);
      }
    }
    return 'row';
  }

  private refuseValue(column: string): Outcome {
    const { path, rule } = this.writer.fault;
    return this.refuse(column + path, `what the transform gives as ${column}${path} ${rule}`);
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

/** Why the event is not valid, in words that quote nothing of it; null where it is. */
function validationProblem(schema: StandardSchema, event: unknown): string | null {
  let result: unknown;
  try {
    result = schema['~standard'].validate(event);
  } catch (error) {
    return `the validation of the contract threw ${nameOf(error)}`;
  }
  if (isPromise(result)) {
    return 'the validation of the contract is asynchronous: it must answer at once';
  }
  const isRefused =
    typeof result === 'object' &&
    result !== null &&
    'issues' in result &&
    result.issues !== undefined;
  return isRefused ? 'the validation of the contract refused it' : null;
}

/** Nobody waits for it: what it is rejected with must not end the process. */
function isPromise(value: unknown): boolean {
  if (!(value instanceof Promise)) return false;
  value.catch(() => undefined);
  return true;
}

/** An error's message may quote the event; its name does not, unless somebody made it so. */
function nameOf(error: unknown): string {
  return error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : 'something';
}
