#!/usr/bin/env node
// The command `millrace`: the process around runCommand.
import process from 'node:process';
import { readEnvironment } from '../config/load-environment.js';
import { enableCompileCache } from '../worker/compile-cache.js';
import { packageVersion } from '../worker/version.js';
import { runCommand } from './run-command.js';

enableCompileCache();
const code = await runCommand({
  arguments: process.argv.slice(2),
  version: packageVersion(),
  stdout: process.stdout,
  stderr: process.stderr,
  environment: readEnvironment(),
  directory: process.cwd(),
  interrupted,
});
// An open connection, or Temporal's runtime, would keep the process alive. Exit only after writes to pipes have finished.
process.stdout.write('', () => {
  process.stderr.write('', () => process.exit(code));
});

function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}
