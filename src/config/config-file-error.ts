/** One reason why a config file can't be used. */
export interface ConfigFileProblem {
  /** From 1; null if the file is TypeScript or JavaScript that can be loaded. */
  readonly line: number | null;
  readonly column: number | null;
  readonly text: string;
}

/** A config file can't be used. The message is for its author and lists every problem. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
  /** Absolute. */
  readonly path: string;
  readonly problems: readonly ConfigFileProblem[];

  constructor(path: string, problems: readonly ConfigFileProblem[], options?: ErrorOptions) {
    const lines = problems.map((problem) => `\n  - ${placeOf(problem)}${problem.text}`);
    super(`${path} can't be used:${lines.join('')}`, options);
    this.path = path;
    this.problems = problems;
  }
}

function placeOf({ line, column }: ConfigFileProblem): string {
  return line === null ? '' : `line ${line}, column ${column ?? 1}: `;
}

/** A problem in a TypeScript or JavaScript file, whose line is unknown. */
export function withoutLine(text: string): ConfigFileProblem {
  return { line: null, column: null, text };
}
