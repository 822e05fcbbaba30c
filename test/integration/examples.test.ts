// Promise: each folder of examples/ is a separate project that works as its README says, with only the packed npm package: it
// compiles, its own test passes, `millrace check` finds no problem, and its records become the rows and dead letters stated
// here, which `millrace verify` confirms. Checked with processes, as a user starts them, on real servers.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleRecords } from '../support/example-records.js';
import { installedPackage } from '../support/installed-package.js';
import { kafkajsClient, withAdmin } from '../support/kafka-topic.js';
import { query, uniqueName } from '../support/stack.js';
import { type OwnTemporal, startOwnTemporal } from '../support/temporal-own.js';
import { userEnvironment } from '../support/user-environment.js';
import { waitUntil } from '../support/wait-until.js';

const TSC = join(process.cwd(), 'node_modules/typescript/bin/tsc');
const TYPES = join(process.cwd(), 'node_modules/@types');
const run = promisify(execFile);

interface Moved {
  readonly pipeline: string;
  readonly topic: string;
  /** Its lines are the values of the records. */
  readonly records: string;
  readonly rows: number;
  readonly deadLetters: number;
}

/** The results of the records, for examples that start a pipeline. */
const MOVED: Readonly<Record<string, readonly Moved[]>> = {
  'own-contract': [
    {
      ...{ pipeline: 'orders', topic: 'shop.orders', records: 'records.jsonl' },
      ...{ rows: 2, deadLetters: 2 },
    },
  ],
  yaml: [
    {
      ...{ pipeline: 'page_views', topic: 'web.page-views', records: 'records.jsonl' },
      ...{ rows: 2, deadLetters: 1 },
    },
  ],
  'existing-table': [
    {
      ...{ pipeline: 'stock', topic: 'warehouse.stock', records: 'records.jsonl' },
      ...{ rows: 3, deadLetters: 1 },
    },
  ],
  'two-topics': [
    {
      ...{ pipeline: 'payments', topic: 'bank.payments', records: 'payments.jsonl' },
      ...{ rows: 2, deadLetters: 1 },
    },
    {
      ...{ pipeline: 'refunds', topic: 'bank.refunds', records: 'refunds.jsonl' },
      ...{ rows: 1, deadLetters: 0 },
    },
  ],
};

let temporal: OwnTemporal;
let installed: string;

beforeAll(async () => {
  [temporal, { folder: installed }] = await Promise.all([startOwnTemporal(), installedPackage()]);
});
afterAll(() => temporal.stop());

/** A copy of an example after `npm install`, with its own database. */
async function projectOf(name: string) {
  const folder = join(installed, `example-${name}`);
  await cp(join('examples', name), folder, { recursive: true });
  await symlink(join(installed, 'node_modules'), join(folder, 'node_modules'));
  const database = uniqueName('example').replaceAll('-', '_');
  await query(`CREATE DATABASE ${database}`);
  const env = {
    PATH: process.env['PATH'],
    ...userEnvironment(database),
    TEMPORAL_ADDRESS: temporal.addresses.temporal,
    BATCH_INTERVAL_SECONDS: '0.2',
  };
  const program = join(installed, 'node_modules/.bin/millrace');
  return {
    folder,
    database,
    node: (...given: readonly string[]) => run(process.execPath, given, { cwd: folder, env }),
    millrace: (...given: readonly string[]) => run(program, given, { cwd: folder, env }),
    async startWorker() {
      const worker = spawn(program, ['worker'], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      worker.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      await waitUntil(() => said.includes('Worker started'), { what: 'the worker runs' });
      return async () => {
        worker.kill('SIGTERM');
        await once(worker, 'exit');
      };
    },
  };
}

type Project = Awaited<ReturnType<typeof projectOf>>;

async function send(topic: string, file: string): Promise<void> {
  await withAdmin(temporal.addresses.kafka, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true }),
  );
  const producer = kafkajsClient(temporal.addresses.kafka).producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [...exampleRecords(file)] });
  await producer.disconnect();
}

interface Status {
  readonly lag: number;
  readonly totals: { readonly rows: number; readonly deadLetters: number };
}

async function expectMoved(project: Project, { pipeline, rows, deadLetters }: Moved) {
  const status = async () => {
    const { stdout } = await project.millrace('status', pipeline, '--json');
    return JSON.parse(stdout) as Status;
  };
  await waitUntil(
    async () => {
      const { totals } = await status();
      return totals.rows + totals.deadLetters >= rows + deadLetters;
    },
    { what: `${pipeline} has decided about its records` },
  );
  expect(await status()).toMatchObject({ lag: 0, totals: { rows, deadLetters } });
  // A verdict other than `complete` has another exit code, which rejects.
  const { stdout } = await project.millrace('verify', pipeline, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'complete', lost: 0, doubled: 0 });
}

/** Its types, its test and its config. */
async function expectSound({ folder, node, millrace }: Project): Promise<void> {
  if (existsSync(join(folder, 'tsconfig.json'))) {
    await node(TSC, '--project', '.', '--typeRoots', TYPES);
  }
  const files = await readdir(folder);
  if (files.includes('millrace.test.mjs')) await node('--test');
  const { stdout } = await millrace('check', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
}

test('every example is tested here, has a README and is listed', async () => {
  const names = (await readdir('examples', { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(names.toSorted()).toEqual([...Object.keys(MOVED), 'backfill', 'typed-client'].toSorted());
  const index = readFileSync('examples/README.md', 'utf8');
  for (const name of names) {
    expect(index).toContain(`(${name}/README.md)`);
    expect(existsSync(join('examples', name, 'README.md'))).toBe(true);
  }
});

test.each(Object.entries(MOVED))('%s', async (name, all) => {
  const project = await projectOf(name);
  for (const { topic, records } of all) await send(topic, join('examples', name, records));
  const table = join(project.folder, 'table.sql');
  if (existsSync(table)) {
    const statement = readFileSync(table, 'utf8');
    await query(statement.replace('CREATE TABLE ', `CREATE TABLE ${project.database}.`));
  }
  await expectSound(project);
  const stopWorker = await project.startWorker();
  try {
    for (const { pipeline } of all) await project.millrace('start', pipeline);
    for (const moved of all) await expectMoved(project, moved);
    for (const { pipeline } of all) await project.millrace('stop', pipeline);
  } finally {
    await stopWorker();
  }
});

test('backfill', async () => {
  const project = await projectOf('backfill');
  const file = join('examples/backfill', 'records.jsonl');
  await send('app.logins', file);
  await expectSound(project);
  const stopWorker = await project.startWorker();
  try {
    await project.millrace('start', 'logins');
    const { stdout } = await project.millrace('start', 'logins-past', '--wait', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ rows: 3 });
    await send('app.logins', file);
    await expectMoved(project, {
      ...{ pipeline: 'logins', topic: 'app.logins', records: file, rows: 3, deadLetters: 0 },
    });
    await project.millrace('stop', 'logins');
  } finally {
    await stopWorker();
  }
});

test('typed-client', async () => {
  const project = await projectOf('typed-client');
  await send('iot.readings', join('examples/typed-client', 'records.txt'));
  await expectSound(project);
  const stopWorker = await project.startWorker();
  try {
    const { stdout } = await project.node('dist/operate.js');
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      'started, exactly-once',
      'rows 3, dead letters 1',
      'verify: complete, lost 0, doubled 0',
      'stopped',
    ]);
  } finally {
    await stopWorker();
  }
});
