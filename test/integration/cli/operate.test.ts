// Promise: the built command starts, shows, pauses, resumes, configures and stops a pipeline, verifies its table and lists its
// dead letters, each as a process of its own with the exit code for scripts, and reports a missing worker and a missing
// Temporal. Checked on real servers, and by asking them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../../dev/stack/free-port.js';
import type { PipelineStatus } from '../../../src/domain/pipeline/pipeline-status.js';
import type { VerifyReport } from '../../../src/domain/verify/public-types.js';
import { kafkajsClient } from '../../support/kafka-topic.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { PATIENCE_MS, waitUntil } from '../../support/wait-until.js';

const EVENTS = 2_000;
const MARKED = 'MARKED-CONTENT';

let world: PipelineWorld;
let folder: string;
let id: string;
let nowhere: string;

beforeAll(async () => {
  world = await openWorld();
  id = world.workflowId;
  nowhere = `${id}-nowhere`;
  folder = await mkdtemp(join(tmpdir(), 'millrace-cli-'));
  const { topic, groupId, table, database } = world;
  const pipelines = {
    [id]: { topic, groupId, table: `${database}.${table}` },
    [nowhere]: { topic, groupId: nowhere, table: `no_such_database.${table}` },
  };
  // JSON is also YAML.
  await writeFile(join(folder, 'millrace.yaml'), JSON.stringify({ pipelines }));
});

afterAll(async () => {
  await world.client.workflow
    .getHandle(id)
    .terminate()
    .catch(() => undefined);
  await world.close();
  await rm(folder, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Sends SIGINT, as Ctrl-C does, once its output contains the text. */
async function millrace(
  given: readonly string[],
  {
    environment = {},
    interruptAt,
  }: { readonly environment?: Record<string, string>; readonly interruptAt?: RegExp } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join(inject('workerBuild'), 'cli/main.js'), ...given], {
    cwd: folder,
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'] },
      ...world.environment,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  let isInterrupted = false;
  const interrupt = (text: string) => {
    // A second SIGINT would end it at once.
    if (isInterrupted || interruptAt?.test(text) !== true) return;
    isInterrupted = true;
    child.kill('SIGINT');
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    interrupt(out);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
    interrupt(err);
  });
  const overdue = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(overdue);
  if (signal !== null) throw new Error(`millrace ${given.join(' ')} did not end:\n${out}${err}`);
  return { code, out, err };
}

async function statusOf(): Promise<PipelineStatus> {
  const { code, out, err } = await millrace(['status', id, '--json']);
  expect(code, err).toBe(0);
  return JSON.parse(out) as PipelineStatus;
}

async function produceBad(): Promise<void> {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  await producer.send({ topic: world.topic, messages: [{ value: MARKED, partition: 0 }] });
  await producer.disconnect();
}

test('a command reports what does not exist in a sentence, with exit code 1', async () => {
  const nobody = await millrace(['status', 'no-such-pipeline', '--json']);
  expect(nobody.code).toBe(1);
  expect(JSON.parse(nobody.out)).toMatchObject({
    error: expect.stringContaining('no-such-pipeline') as string,
  });
  const TEMPORAL_ADDRESS = `127.0.0.1:${await freePort()}`;
  const away = await millrace(['pause', id], { environment: { TEMPORAL_ADDRESS } });
  expect(away.code).toBe(1);
  expect(away.err).toContain(`Temporal at ${TEMPORAL_ADDRESS} can't be reached`);
});

test('a pipeline name that the config lacks is a usage error that suggests the right name', async () => {
  const { code, err } = await millrace(['start', `${id}x`]);
  expect(code).toBe(2);
  expect(err).toContain(`did you mean ${id}?`);
});

test('start takes the input from the config and waits until a worker has accepted it', async () => {
  await world.startWorker();
  const { code, out, err } = await millrace(['start', id]);
  expect(code, err).toBe(0);
  expect(out).toContain(`${world.topic} → `);
  expect(out).toContain('guarantee exactly-once');
  const again = await millrace(['start', id]);
  expect(again.code).toBe(1);
  expect(again.err).toContain('is already running');
});

test('start says why the worker retries it, and so does status', async () => {
  const interruptAt = /no database no_such_database/;
  const { code, err } = await millrace(['start', nowhere], { interruptAt });
  expect(code).toBe(130);
  expect(err).toContain(`The worker can't start ${nowhere} yet and will try again: `);
  expect(err).not.toContain('No worker has answered yet');
  const { out } = await millrace(['status', nowhere]);
  expect(out).toMatch(
    /Retried after a failure\n {2}- resolvePipeline, attempt \d+: .*there is no database no_such_database/,
  );
  await world.client.workflow.getHandle(nowhere).terminate();
});

test('status shows the totals of the table', async () => {
  await produceBad();
  await world.produce(EVENTS);
  await waitUntil(
    async () => {
      const { rows, deadLetters } = (await statusOf()).totals;
      return rows + deadLetters === EVENTS + 1;
    },
    { what: 'status shows all records' },
  );
  expect((await statusOf()).totals.deadLettersByReason).toEqual({ invalid_json: 1 });
  const { out } = await millrace(['status', id]);
  expect(out).toContain('2,000 in');
  expect(out).toContain('1 (invalid_json 1)');
});

test('status --watch writes lines until Ctrl-C, and the pipeline continues', async () => {
  const watching = ['status', id, '--watch', '--interval', '0.2'];
  const { code, out } = await millrace(watching, { interruptAt: /RUNNING.*\n.*RUNNING/ });
  expect(code).toBe(0);
  expect(out).toContain('rows 2,000 (0/s)');
  expect((await statusOf()).state).toBe('running');
});

test('pause stops planning, and resume continues it', async () => {
  const paused = await millrace(['pause', id, '--reason', 'maintenance']);
  expect(paused.out).toMatch(/PAUSED {2}maintenance/);
  expect((await statusOf()).state).toBe('paused');
  expect((await millrace(['resume', id])).out).toContain('RUNNING');
  expect((await statusOf()).state).toBe('running');
});

test('configure changes what it names and refuses the rest with the reason', async () => {
  const { code, out } = await millrace(['configure', id, '--lanes', '4', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ lanes: 4, topic: world.topic });
  await waitUntil(async () => (await statusOf()).settings?.lanes === 4, { what: 'four lanes' });
  expect((await millrace(['configure', id, '--lanes', '400'])).code).toBe(2);
  const notHeld = await millrace(['resolve', id, '0', 'retry']);
  expect(notHeld.code).toBe(1);
  expect(notHeld.err).toContain('partition 0 is not held');
});

test('dead-letters counts by reason, and shows content only on request', async () => {
  const { code, out } = await millrace(['dead-letters', id]);
  expect(code).toBe(0);
  expect(out).toMatch(/1 +invalid_json/);
  expect(out).not.toContain(MARKED);
  const shown = await millrace(['dead-letters', id, '--show-values', '--json']);
  expect(JSON.parse(shown.out)).toMatchObject({
    groups: [{ reason: 'invalid_json', count: 1 }],
    newest: [{ partition: 0, value: MARKED, status: 'open' }],
  });
  expect((await millrace(['dead-letters', '--table', 'no_such_table'])).err).toContain(
    'no_such_table_dead_letters does not exist',
  );
});

test('redrive says what it would do, and does it with --apply', async () => {
  const dry = await millrace(['redrive', id]);
  expect(dry.code, dry.err).toBe(0);
  expect(dry.out).toContain('still rejected 1: invalid_json 1');
  const dropped = await millrace(['redrive', id, '--drop', '--apply', '--json']);
  expect(JSON.parse(dropped.out)).toMatchObject({ dryRun: false, dropped: 1 });
  expect((await millrace(['dead-letters', id])).out).toContain('no matching dead letters');
});

test('verify exits with 0 for a complete table and with 1 for lost rows', async () => {
  const complete = await millrace(['verify', id]);
  expect(complete.code, complete.err).toBe(0);
  expect(complete.out).toMatch(/^complete /);
  const { database, table } = world;
  await world.sql(
    `ALTER TABLE ${database}.${table} DELETE WHERE _partition = 1 AND _offset IN (3, 4) SETTINGS mutations_sync = 1`,
  );
  const lost = await millrace(['verify', id, '--json']);
  expect(lost.code).toBe(1);
  expect(JSON.parse(lost.out) as VerifyReport).toMatchObject({ verdict: 'lost', lost: 2 });
  const text = await millrace(['verify', id]);
  expect(text.out).toContain('  lost: partition 1, offsets 3 to 4');
});

test('stop waits for the result', async () => {
  const { code, out } = await millrace(['stop', id, '--reason', 'enough', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ rows: EVENTS, deadLetters: 1, endedBy: 'stop' });
  expect((await millrace(['status', id])).out).toContain('COMPLETED');
});

test('start follows a bounded run to its result', async () => {
  const bounded = ['start', id, '--id', `${id}-again`, '--until', 'now', '--wait', '--json'];
  const { code, out, err } = await millrace(bounded);
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ endedBy: 'until' });
});
