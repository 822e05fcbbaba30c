import { readFileSync } from 'node:fs';

/** From this file as a source, and from what is built of it. */
const ROOTS = ['../../', '../../../'];

/** Of the package, as its file says; `unknown` where the program lies somewhere else. */
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
