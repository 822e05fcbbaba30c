/** The command can't do what it was asked. The message alone tells the user what to fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
