import { readFileSync } from 'node:fs';

/** The package's folder relative to this file, in the source and in the build. */
const ROOTS = ['../../', '../../../'];

/** The version in package.json; `unknown` if that file is in neither place. */
export function packageVersion(): string {
  for (const root of ROOTS) {
    const version = versionIn(new URL(`${root}package.json`, import.meta.url));
    if (version !== null) return version;
  }
  return 'unknown';
}

function versionIn(file: URL): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    return name === 'millrace' ? (version ?? null) : null;
  } catch {
    return null;
  }
}
