import { parseArgs } from 'node:util';
import { CommandError, EXIT, isForPeople, UsageError } from './errors.js';
import { nearestName } from '../domain/nearest-name.js';
import { COMMON_OPTIONS, commandUsage, verbUsage } from './usage.js';
import type { Invocation, Options, Surroundings, Verb } from './verb.js';
import { type ListedVerb, VERBS } from './verbs.js';

export interface Command extends Surroundings {
  /** What follows `millrace` on the command line. */
  readonly arguments: readonly string[];
  readonly version: string;
  /** The default is all verbs. */
  readonly verbs?: readonly ListedVerb[];
}

/** Runs one command line and returns its exit code. Reports errors that a user can cause, and never throws them. */
export async function runCommand(command: Command): Promise<number> {
  const { stdout, stderr, verbs = VERBS, version } = command;
  const [first, ...rest] = command.arguments;
  if (first === undefined) {
    stderr.write(`${commandUsage(verbs)}\n`);
    return EXIT.usage;
  }
  if (first === '--version' || first === '-v') {
    stdout.write(`${version}\n`);
    return EXIT.ok;
  }
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    stdout.write(`${commandUsage(verbs)}\n`);
    return EXIT.ok;
  }
  const [name, given] = first === 'help' ? [rest[0] ?? '', ['--help']] : [first, rest];
  const isJson = given.includes('--json');
  const listed = verbs.find((each) => each.name === name);
  try {
    if (listed === undefined) throw unknownVerb(name, verbs);
    return await runVerb(command, listed, given);
  } catch (error) {
    return report(error, { verb: listed?.name ?? null, isJson, stdout, stderr });
  }
}

function unknownVerb(name: string, verbs: readonly ListedVerb[]): UsageError {
  const near = nearestName(
    name,
    verbs.map((each) => each.name),
  );
  const what = name.startsWith('-') ? `give a verb before ${name}` : `unknown verb ${name}`;
  return new UsageError(near === null ? what : `${what}: did you mean ${near}?`);
}

async function runVerb(command: Command, listed: ListedVerb, given: readonly string[]) {
  const verb = await listed.load();
  if (given.includes('--help') || given.includes('-h')) {
    command.stdout.write(`${verbUsage(listed, verb)}\n`);
    return EXIT.ok;
  }
  return verb.run(invocation(command, verb, given));
}

function invocation(command: Command, verb: Verb, given: readonly string[]): Invocation {
  const { stdout, stderr, environment, directory } = command;
  const { values, positionals } = parsed(verb, given);
  const json = values['json'] === true;
  return {
    ...{ stdout, stderr, environment, directory, values, positionals, json },
    interrupted: () => command.interrupted(),
    result(value, text) {
      stdout.write(`${json ? JSON.stringify(value) : text}\n`);
    },
    note(text) {
      stderr.write(`${text}\n`);
    },
  };
}

function parsed(verb: Verb, given: readonly string[]) {
  const options = { ...verb.options, ...COMMON_OPTIONS };
  const { values, positionals } = parseOptions(options, given);
  const required = verb.positionals.filter(({ optional }) => !optional);
  const missing = required[positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing.name}> is missing: ${missing.help}`);
  const extra = positionals[verb.positionals.length];
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}`);
  return { values, positionals };
}

function parseOptions(options: Options, given: readonly string[]) {
  assertKnown(options, given);
  try {
    const config = Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short !== undefined && { short }), ...(multiple && { multiple }) },
    ]);
    return parseArgs({
      args: [...given],
      options: Object.fromEntries(config) as Record<string, { type: 'string' | 'boolean' }>,
      allowPositionals: true,
    });
  } catch (error) {
    // Node's message says in plain words what is wrong with an option.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Runs before Node's own check, because that one does not suggest a similar name. */
function assertKnown(options: Options, given: readonly string[]): void {
  const names = Object.keys(options);
  const end = given.indexOf('--');
  for (const argument of end < 0 ? given : given.slice(0, end)) {
    const [, name] = /^--([^=]+)/.exec(argument) ?? [];
    if (name === undefined || names.includes(name)) continue;
    const near = nearestName(name, names);
    throw new UsageError(
      `unknown option --${name}${near === null ? '' : `: did you mean --${near}?`}`,
    );
  }
}

interface Failed {
  /** Null if there is no such verb. */
  readonly verb: string | null;
  readonly isJson: boolean;
  readonly stdout: Surroundings['stdout'];
  readonly stderr: Surroundings['stderr'];
}

/** With `--json`, also writes the error as the JSON object to standard output, so that a script always gets one. */
function report(error: unknown, { verb, isJson, stdout, stderr }: Failed): number {
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  if (isJson) stdout.write(`${JSON.stringify({ error: message })}\n`);
  if (isUsage) {
    const help = verb === null ? 'millrace' : `millrace ${verb}`;
    stderr.write(`${message}\nRun ${help} --help for usage.\n`);
    return EXIT.usage;
  }
  const isExpected = error instanceof CommandError || isForPeople(error);
  const text = isExpected || !(error instanceof Error) ? message : (error.stack ?? message);
  stderr.write(`${text}\n`);
  return EXIT.failed;
}
