// Promise: the built `millrace demo` moves generated events on its own servers, reports the result of verify in the words of
// `millrace verify`, exits with 0 only if the verdict is complete, has a task queue of its own, and leaves no process and no folder
// behind. Checked as a process, and by asking Temporal, and the operating system about the processes that it started.
import { Client, Connection } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { DemoResult } from '../../../dev/demo/run-demo.js';
import { countProcesses, expectNothingLeft } from '../../support/left-behind.js';
import { refuseOnExternal } from '../../support/stack.js';

let folder: string;
let temporary: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-demo-'));
  temporary = join(folder, 'tmp');
  await mkdir(temporary);
});
afterEach(() => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The number of processes while it moved records. */
  readonly processes: number;
}

/** Gets what the demo has printed while its servers are still up. Afterwards the demo is asked to end. */
type WhenUp = (printed: string) => Promise<void>;

/** In the test's folder, which each process of the demo gets as TMPDIR. */
async function demo(options: readonly string[], whenUp?: WhenUp): Promise<Ran> {
  const main = join(inject('workerBuild'), 'cli/main.js');
  const child = spawn(process.execPath, [main, 'demo', ...options], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  let isUp = false;
  let looked: Promise<void> | undefined;
  const counted: Promise<number>[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
    if (err.includes('moving') && counted.length === 0) counted.push(countProcesses(temporary));
  });
  if (whenUp !== undefined) {
    child.stdout.on('data', () => {
      if (!out.includes('Ctrl-C stops everything') || isUp) return;
      isUp = true;
      looked = whenUp(out).finally(() => child.kill('SIGTERM'));
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  await looked;
  const [processes = 0] = await Promise.all(counted);
  return { code, out, err, processes };
}

/** The task queue of a workflow, found with the address that the demo has printed. */
async function taskQueueOf(workflowId: string, printed: string): Promise<string> {
  const [, address] = /TEMPORAL_ADDRESS=(\S+)/.exec(printed) ?? [];
  const connection = await Connection.connect({ address: address! });
  try {
    return (await new Client({ connection }).workflow.getHandle(workflowId).describe()).taskQueue;
  } finally {
    await connection.close();
  }
}

test('every event of the built-in contract becomes a row, and the demo leaves nothing behind', async () => {
  refuseOnExternal('start servers');
  const { code, out, err, processes } = await demo(['--exit', '--events', '2000', '--json']);
  expect(code, err).toBe(0);
  expect(JSON.parse(out) as DemoResult).toMatchObject({
    ...{ produced: 2_000, rows: 2_000, deadLetters: 0, filtered: 0, lost: 0, doubled: 0 },
    verify: { verdict: 'complete', records: 2_000, unjudged: 0 },
  });
  expect(processes).toBeGreaterThan(3);
  await expectNothingLeft(temporary);
});

test('a demo of a config has its own task queue, and verify reports records as lost that the pipeline filtered and the contract does not, and exits with 1', async () => {
  refuseOnExternal('start servers');
  const millrace = JSON.stringify(join(inject('workerBuild'), 'index.js'));
  // Filters a record only the first time, so that the pipeline's own count proves nothing.
  await writeFile(
    join(folder, 'millrace.config.mjs'),
    `import { defineConfig, defineContract, filtered, rejected } from ${millrace};
const seen = new Set();
const forgetful = defineContract({
  name: 'forgetful',
  columns: { note: 'String' },
  table: { orderBy: ['note'] },
  version: '1',
  transform: (row, { partition, offset }) => {
    if (Number(offset) % 10 === 0) return rejected('every tenth');
    const key = partition + '/' + offset;
    if (Number(offset) % 10 !== 1 || seen.has(key)) return row;
    seen.add(key);
    return filtered;
  },
});
export default defineConfig({ contracts: [forgetful] });
`,
  );
  const { code, out, err } = await demo(['--events', '400'], async (printed) => {
    expect(await taskQueueOf('forgetful', printed)).toBe('millrace-demo');
  });
  expect(code, err + out).toBe(1);
  expect(out, err).toMatch(/^lost {2}records are missing from the table$/m);
  expect(out, err).toMatch(/^records 400 · rows 320 · dead letters 40 /m);
  expect(out, err).toMatch(/^lost 40 · duplicated 0 /m);
  await expectNothingLeft(temporary);
});
