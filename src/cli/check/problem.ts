/** Something that `millrace check` has found. */
export interface Problem {
  /** With errors, the exit code is 1; with warnings, only if `--strict` is given. */
  readonly severity: 'error' | 'warning';
  /** Where: `millrace.yaml:7:14`, `environment`, `pipeline orders`. */
  readonly place: string;
  /** What is wrong and what to do, in a sentence. */
  readonly text: string;
}

export function error(place: string, text: string): Problem {
  return { severity: 'error', place, text };
}

export function warning(place: string, text: string): Problem {
  return { severity: 'warning', place, text };
}
