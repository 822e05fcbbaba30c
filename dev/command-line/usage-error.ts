/** The command was asked for something that it can't do: its message is all that a user needs. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
