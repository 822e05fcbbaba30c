/** A problem of the embedded stack that a person has to fix. The message says what and how. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
