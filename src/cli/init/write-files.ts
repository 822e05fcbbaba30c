import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CODE_NAMES, YAML_NAMES } from '../../config/config-file.js';
import { CommandError } from '../errors.js';

export interface NewFile {
  /** From the project's folder. */
  readonly name: string;
  readonly text: string;
}

export interface WrittenFiles {
  readonly written: readonly string[];
  /** Were there already, and are as they were. */
  readonly kept: readonly string[];
}

/** Throws `CommandError` where the folder has a config: a second one would not count. */
export function assertNoConfig(directory: string): void {
  const there = [...CODE_NAMES, ...YAML_NAMES].filter((name) => existsSync(join(directory, name)));
  if (there.length === 0) return;
  throw new CommandError(
    `${there.join(' and ')} is there already, and init overwrites no file. Move it away, or call init in another folder`,
  );
}

/** Writes the files that are not there yet. */
export function writeFiles(directory: string, files: readonly NewFile[]): WrittenFiles {
  const kept = files.filter((file) => !isWritten(directory, file)).map(({ name }) => name);
  const written = files.map(({ name }) => name).filter((name) => !kept.includes(name));
  return { written, kept };
}

function isWritten(directory: string, { name, text }: NewFile): boolean {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
