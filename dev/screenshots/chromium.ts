import { existsSync } from 'node:fs';
import process from 'node:process';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser must not access the network: on a closed network each attempt takes a long time to fail. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/** The browser from `CHROMIUM`, or from where Debian installs it. Null if there is none. */
export function findChromium(): string | null {
  const candidates = [process.env['CHROMIUM'], ...PROGRAMS];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}
