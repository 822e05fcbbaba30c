// Promise: the built `millrace stack` starts servers in a folder that has no checkout, prints lines for other terminals with which
// each server is reached, and on SIGTERM ends with 0 and leaves no process and no folder behind. Checked as a process, by asking
// the servers at the printed addresses, and by asking the operating system about the processes that it started.
import { Connection } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { freePort } from '../../../dev/stack/free-port.js';
import { withAdmin } from '../../support/kafka-topic.js';
import { countProcesses, expectNothingLeft } from '../../support/left-behind.js';
import { query, refuseOnExternal } from '../../support/stack.js';
import { waitUntil } from '../../support/wait-until.js';

let folder: string;
let temporary: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-stack-'));
  temporary = join(folder, 'tmp');
  await mkdir(temporary);
});
afterEach(() => rm(folder, { recursive: true }));

test('the servers answer at the printed addresses until SIGTERM, and then nothing is left', async () => {
  refuseOnExternal('start servers');
  const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const names = ['temporal', 'ui', 'kafka', 'clickhouse'];
  const options = names.flatMap((name, index) => [`--${name}-port`, String(ports[index])]);
  const main = join(inject('workerBuild'), 'cli/main.js');
  const child = spawn(process.execPath, [main, 'stack', ...options], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  try {
    await waitUntil(() => out.includes('Ctrl-C stops everything') || child.exitCode !== null, {
      what: 'the servers are ready',
    });
    expect(child.exitCode, err).toBe(null);
    const printed = Object.fromEntries(
      [...out.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    expect(printed).toMatchObject({
      TEMPORAL_ADDRESS: `127.0.0.1:${ports[0]}`,
      KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${ports[2]}`,
      CLICKHOUSE_HOST: '127.0.0.1',
      CLICKHOUSE_PORT: String(ports[3]),
    });
    const topics = await withAdmin(printed['KAFKA_BOOTSTRAP_SERVERS']!, (admin) =>
      admin.listTopics(),
    );
    expect(topics).toContain('stream-events');
    expect(await query('SELECT 1 AS one', `http://127.0.0.1:${ports[3]}`)).toEqual([{ one: 1 }]);
    const connection = await Connection.connect({ address: printed['TEMPORAL_ADDRESS']! });
    await connection.close();
    expect(await countProcesses(temporary)).toBeGreaterThan(3);
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
  expect(child.exitCode, err).toBe(0);
  await expectNothingLeft(temporary);
});
