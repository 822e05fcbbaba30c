import process from 'node:process';
import { UsageError } from './usage-error.js';
import { StackError } from '../stack/stack-error.js';

const PARSE_ARGS = 'ERR_PARSE_ARGS_';

/** Runs a command and sets the exit code. Prints errors that the user can fix as one line, and others with their stack. */
export function runCommand(main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(isForUsers(error) ? error.message : error);
      process.exitCode = 1;
    },
  );
}

/** Node's message says in plain words which option is wrong. */
function isForUsers(error: unknown): error is Error {
  if (error instanceof StackError || error instanceof UsageError) return true;
  return error instanceof TypeError && String(Reflect.get(error, 'code')).startsWith(PARSE_ARGS);
}
