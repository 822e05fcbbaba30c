export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** The command line is wrong. Its message is followed by a hint to the verb's `--help`. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command can't do what it was asked. Its message says what happened and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Other errors whose messages are for people. By name, because importing the classes loads code that most verbs don't need. */
const FOR_PEOPLE = new Set(['CommandError', 'ClientError', 'ConfigFileError', 'StartError']);

export function isForPeople(error: unknown): error is Error {
  return error instanceof Error && FOR_PEOPLE.has(error.name);
}
