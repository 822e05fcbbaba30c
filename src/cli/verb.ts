/** One option of a verb: what parseArgs of `node:util` needs, and its texts for the usage. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** One letter: `-h`. */
  readonly short?: string;
  /** May be given several times. Only for strings. */
  readonly multiple?: boolean;
  /** The placeholder for the value in the usage text, for example `JSON`. Only for strings. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

type Value<Type, Multiple> = Type extends 'boolean'
  ? boolean
  : Multiple extends true
    ? readonly string[]
    : string;

/** The values of options as they were given; none has a default. */
export type Values<Given extends Options> = {
  readonly [Name in keyof Given]?: Value<Given[Name]['type'], Given[Name]['multiple']> | undefined;
};

export interface Positional {
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
}

/** A stream of the process, or its replacement in a test. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/** The process that a verb runs in. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  /** The process's variables and those of a `.env` file; the process's win. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute; config files are looked for there. */
  readonly directory: string;
  /**
   * Returns a signal that the first Ctrl-C or SIGTERM after the call aborts. Without a call, these signals end the process, or
   * Temporal's runtime handles them.
   */
  readonly interrupted: () => AbortSignal;
}

export interface Invocation<Given extends Options = Options> extends Surroundings {
  readonly values: Values<Given>;
  /** As many as the verb declares, or fewer if the last ones are optional. */
  readonly positionals: readonly string[];
  readonly json: boolean;
  /** Writes the result to standard output: the value with `--json`, otherwise the text. Call it once. */
  readonly result: (value: unknown, text: string) => void;
  /** Writes a line for people to standard error. */
  readonly note: (text: string) => void;
}

/** A verb of the command. It lives in a file of its own that is loaded when the verb is called. */
export interface Verb<Given extends Options = Options> {
  readonly positionals: readonly Positional[];
  /** In addition to `--json` and `--help`, which every verb has. */
  readonly options: Given;
  /** What a reader needs to know beyond the summary: a paragraph or two. */
  readonly description?: string;
  /** Whole command lines. */
  readonly examples?: readonly string[];
  /**
   * Returns the exit code: 0 for success, 1 if something was refused, failed or is wrong. Throws `UsageError` (exit code 2) and
   * `CommandError` (exit code 1) with messages for people.
   */
  run(invocation: Invocation<Given>): Promise<number>;
}

/** Returns the verb unchanged, and infers the types of its options' values. */
export function defineVerb<const Given extends Options>(verb: Verb<Given>): Verb<Given> {
  return verb;
}
