import type { InsertError } from '../../src/domain/insert-failures/insert-error.js';

/** An answer of ClickHouse, unless it is changed. */
export function anInsertError(changes: Partial<InsertError> = {}): InsertError {
  return {
    kind: 'server',
    code: null,
    httpStatus: null,
    sent: 'whole',
    message: 'refused',
    view: null,
    constraintOf: null,
    row: null,
    tooManyTablePartitions: false,
    ...changes,
  };
}
