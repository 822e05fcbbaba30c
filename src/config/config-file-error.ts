/** One thing that keeps a config file from being used. */
export interface ConfigFileProblem {
  /** From 1; null where the file is a program. */
  readonly line: number | null;
  readonly column: number | null;
  readonly text: string;
}

/** What keeps a config file from being used, in words for whoever wrote it. */
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

/** Of a program, whose lines nobody knows. */
export function withoutLine(text: string): ConfigFileProblem {
  return { line: null, column: null, text };
}
