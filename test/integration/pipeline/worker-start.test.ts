// Promise: a worker that cannot start reports everything that is wrong and exits, one whose Temporal is not up yet says so and
// works once it is, and one that is asked to exit before that exits. No log contains a password.
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../../dev/stack/free-port.js';
import { stackAddresses } from '../../support/stack.js';
import { startOwnTemporal } from '../../support/temporal-own.js';
import { waitUntil } from '../../support/wait-until.js';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process.js';

const started: WorkerProcess[] = [];
const start = (environment: Readonly<Record<string, string>>) => {
  const worker = startWorkerProcess(environment);
  started.push(worker);
  return worker;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.stop()));
});

test('all invalid settings are named at once without their values, and the worker exits with 1', async () => {
  const worker = start({
    CLICKHOUSE_PORT: '9000',
    BATCH_INTERVAL_SECONDS: 'often',
    KAFKA_SASL_PASSWORD: 'MARKED-SECRET',
  });
  expect(await worker.ended()).toBe(1);
  const log = worker.log();
  for (const name of ['CLICKHOUSE_PORT', 'BATCH_INTERVAL_SECONDS']) expect(log).toContain(name);
  expect(log).not.toContain('MARKED-SECRET');
});

test('the worker waits for a Temporal that is not up yet, and names its address', async () => {
  const port = await freePort();
  const worker = start({ TEMPORAL_ADDRESS: `127.0.0.1:${port}`, MILLRACE_LOG_FORMAT: 'json' });
  await waitUntil(() => worker.log().includes('Waiting for Temporal'), {
    what: 'the worker says what it waits for',
  });
  expect(worker.log()).toContain(`127.0.0.1:${port}`);
  const temporal = await startOwnTemporal({ port });
  try {
    await worker.ready();
  } finally {
    await worker.stop();
    await temporal.stop();
  }
});

test('a worker that waits for Temporal exits on request', async () => {
  const worker = start({ TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` });
  await waitUntil(() => worker.log().includes('Waiting for Temporal'), {
    what: 'the worker waits',
  });
  worker.kill('SIGTERM');
  expect(await worker.ended()).toBe(0);
});

test('a missing namespace is named', async () => {
  const worker = start({
    TEMPORAL_ADDRESS: stackAddresses().temporal,
    TEMPORAL_NAMESPACE: 'no-such-namespace',
  });
  await waitUntil(() => worker.log().includes('no-such-namespace'), {
    what: 'the worker names the namespace',
  });
  expect(worker.isRunning()).toBe(true);
});
