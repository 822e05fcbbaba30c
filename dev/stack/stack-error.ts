/** Something about the embedded stack that a person has to mend; the message says what and how. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
