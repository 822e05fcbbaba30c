import type { StandardSchema } from '../contract/contract-options.js';
import type { Contract } from '../contract/define-contract.js';
import type { LazyRow } from '../contract/lazy-row.js';
import { RecordView } from '../contract/record-view.js';
import type { RowColumn } from '../contract/row-writer.js';
import { verdictOf } from '../contract/verdict.js';
import type { RecordRun } from '../records/record-run.js';
import type { ColumnWriter } from '../types/native/column-writer.js';
import type { ValueFault } from '../types/value-fault.js';
import type { Outcome, RecordRejection } from './record-reader.js';

/** Longest reason, because every dead letter stores it. */
const MAX_WHY_LENGTH = 200;

/** The values that a transform returns, by column. */
export type MadeRow = Readonly<Record<string, unknown>>;

type Transform = (row: object, record: RecordView) => unknown;

const NOTHING: RecordRejection = {
  stage: 'transform',
  reason: 'rejected_by_transform',
  path: '',
  error: '',
};

/** Applies the validation and the transform of a contract to a row. The caller appends the result. */
export class RowTransform {
  /** Set after `rejected`. */
  rejection = NOTHING;
  /** Set after `row`: what the transform returns, or null if it leaves the row unchanged. Every field is a column. */
  made: MadeRow | null = null;
  private readonly validate: StandardSchema | null;
  private readonly transform: Transform | null;
  private readonly lazyRow: LazyRow;
  private readonly names: ReadonlySet<string>;

  constructor({ transform, validate }: Contract, columns: readonly RowColumn[], lazyRow: LazyRow) {
    this.validate = validate;
    this.transform = transform as Transform | null;
    this.lazyRow = lazyRow;
    this.names = new Set(columns.map(({ spec }) => spec.name));
  }

  /** Judges the record whose row the lazy row shows. */
  judge(run: RecordRun, index: number): Outcome {
    const record = new RecordView(run, index);
    this.made = null;
    if (this.validate !== null) {
      const problem = validationProblem(this.validate, record.event);
      if (problem !== null) return this.reject('rejected_by_validation', '', problem);
    }
    return this.transform === null ? 'row' : this.run(this.transform, record);
  }

  /** Rejects a row because of the value that the transform returns for a column, as the fault says. */
  refuseValue(column: string, { path, rule }: ValueFault): Outcome {
    return this.refuse(
      column + path,
      `the value that the transform returns for ${column}${path} ${rule}`,
    );
  }

  private run(transform: Transform, record: RecordView): Outcome {
    const { row } = this.lazyRow;
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
    if (returned === row) return 'row';
    switch (verdictOf(returned)) {
      case 'filtered':
        return 'filtered';
      case 'rejected': {
        const { why } = returned as { readonly why?: unknown };
        return this.refuse('', String(why).slice(0, MAX_WHY_LENGTH));
      }
      case 'row':
        break;
    }
    for (const name of Object.keys(returned)) {
      if (!this.names.has(name)) {
        return this.refuse('', 'the transform returned a field that is not a column');
      }
    }
    this.made = returned as MadeRow;
    return 'row';
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

/** Appends the value that a transform returns for a column that only it fills. Returns `FAULT` if it can't be stored. */
export function appendDerived(writer: ColumnWriter, value: unknown, fault: ValueFault): number {
  // This also applies if NULL could be stored, because a forgotten value is not NULL.
  if (value === undefined) return fault.raise('missing_field', 'is required');
  return writer.appendValue(value);
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
