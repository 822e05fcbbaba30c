// Promise: a worker that npm started shuts down when npm is killed, as on SIGTERM, and says why. A worker that something else
// started lives on. Checked with a program that starts the built command, and is then killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { addressVariables } from '../../dev/stack/environment.js';
import { stackAddresses, uniqueName } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

/** Starts the command with its own standard output, prints the process id, and waits. It passes no signal on, like npm. */
const WRAPPER = `
const { spawn } = require('node:child_process');
const child = spawn(process.execPath, process.argv.slice(1), { stdio: ['ignore', 'inherit', 'inherit'] });
console.log('worker process ' + child.pid);
setInterval(() => {}, 1000);
`;

interface Orphan {
  readonly pid: number;
  log(): string;
}

/** A worker that has started, and whose parent has been killed. */
async function startOrphan(variables: Readonly<Record<string, string>>): Promise<Orphan> {
  const main = join(inject('workerBuild'), 'cli/main.js');
  const wrapper = spawn(process.execPath, ['-e', WRAPPER, main, 'worker'], {
    cwd: tmpdir(),
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'] },
      ...addressVariables(stackAddresses()),
      MILLRACE_TASK_QUEUE: uniqueName('orphan'),
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [wrapper.stdout, wrapper.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  await waitUntil(() => text.includes('Worker started'), { what: 'the worker has started' });
  const ended = once(wrapper, 'exit');
  wrapper.kill('SIGTERM');
  await ended;
  return { pid: Number(/worker process (\d+)/.exec(text)?.[1]), log: () => text };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each([
  ['npx', { npm_command: 'exec' }],
  ['an npm script', { npm_command: 'run-script', npm_lifecycle_event: 'worker' }],
])('a worker of %s shuts down when its parent is killed', async (_, variables) => {
  const { pid, log } = await startOrphan(variables);
  await waitUntil(() => !isRunning(pid), { what: 'the worker has ended' });
  expect(log()).toContain('npm has ended without stopping the worker');
  // The shutdown of both of Temporal's workers, and not only the end of the process.
  expect(log().match(/"state":"STOPPED"/g)).toHaveLength(2);
});

test('a worker that npm did not start lives on', async () => {
  const { pid, log } = await startOrphan({});
  try {
    await sleep(3_000);
    expect(isRunning(pid), log()).toBe(true);
  } finally {
    process.kill(pid, 'SIGTERM');
    await waitUntil(() => !isRunning(pid), { what: 'the worker has ended' });
  }
});
