import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CODE_NAMES, YAML_NAMES } from '../../config/config-file.js';
import { CommandError } from '../errors.js';

export interface NewFile {
  /** Relative to the project's folder. */
  readonly name: string;
  readonly text: string;
}

export interface WrittenFiles {
  readonly written: readonly string[];
  /** Files that already existed and were not changed. */
  readonly kept: readonly string[];
}

/** Throws `CommandError` if the folder has a config, because only one can be used. */
export function assertNoConfig(directory: string): void {
  const there = [...CODE_NAMES, ...YAML_NAMES].filter((name) => existsSync(join(directory, name)));
  if (there.length === 0) return;
  throw new CommandError(
    `init does not overwrite files, and this folder already has ${there.join(' and ')}. Move it away, or run init in another folder`,
  );
}

/** Writes the files that do not exist yet. */
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
