import { existsSync } from 'node:fs';
import process from 'node:process';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** It must not reach out for anything: a closed network answers each try slowly. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/** The browser to use, from `CHROMIUM` or where Debian puts it; null where there is none. */
export function findChromium(): string | null {
  const candidates = [process.env['CHROMIUM'], ...PROGRAMS];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}
