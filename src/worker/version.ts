import { readFileSync } from 'node:fs';

/** Of the package, as its file says; `unknown` where the program lies somewhere else. */
export function packageVersion(): string {
  try {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
