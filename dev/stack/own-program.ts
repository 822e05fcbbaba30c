import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** How to start a program of this package: from its source in a checkout, from the build in the package. */
export interface OwnProgram {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** `path` has no extension and is relative to the folder that contains `src` and `dev`. */
export function ownProgram(path: string): OwnProgram {
  const at = (ending: string) => fileURLToPath(new URL(`../../${path}${ending}`, import.meta.url));
  const command = process.execPath;
  const source = at('.ts');
  if (!existsSync(source)) return { command, arguments: [at('.js')] };
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx'));
  return { command, arguments: ['--import', loader.href, source] };
}
