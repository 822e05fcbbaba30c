import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** The process's variables and those of a `.env` file in the working directory; the process's win. Leaves out empty ones. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return { ...withoutEmpty(file), ...withoutEmpty(process.env) };
}

function withoutEmpty(variables: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}
