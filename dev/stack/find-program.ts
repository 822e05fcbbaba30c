import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

export function findOnPath(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

/** The `java` that would be started: the one in JAVA_HOME, otherwise the one on PATH. */
export function findJava(): string | null {
  const { JAVA_HOME: home } = process.env;
  if (home) {
    const program = join(home, 'bin', 'java');
    return isProgram(program) ? program : null;
  }
  return findOnPath('java');
}

export interface VersionQuestion {
  readonly flags: readonly string[];
  /** Its groups are the major and the minor version. */
  readonly pattern: RegExp;
  readonly environment: Readonly<Record<string, string>>;
}

/** Major and minor version from the program's output; null if the output has none. */
export async function versionOf(
  program: string,
  { flags, pattern, environment }: VersionQuestion,
): Promise<readonly [number, number] | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...flags], {
      env: environment,
      timeout: 30_000,
    });
    const match = pattern.exec(stdout + stderr);
    return match === null ? null : [Number(match[1]), Number(match[2] ?? 0)];
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
