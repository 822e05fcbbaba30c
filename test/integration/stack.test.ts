// Promise: one call starts real servers that answer, keep their data through SIGKILL, ignore an exported production environment,
// and leave no process, port or file behind, even if the process that started them is killed. Checked by asking the servers with
// their own clients, and the operating system about processes, ports and folders.
import { Client, Connection } from '@temporalio/client';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, isFree } from '../../dev/stack/free-port.js';
import { type Stack, startStack } from '../../dev/stack/start-stack.js';
import { createAssignedTopic, untilInSync } from '../support/kafka-own-cluster.js';
import { createTopic as createTopicAt, kafkajsClient, withAdmin } from '../support/kafka-topic.js';
import { createTopic, query, stackAddresses, startOwnStack, uniqueName } from '../support/stack.js';
import type { StartedStack } from '../support/stack-starter.js';
import { waitUntil } from '../support/wait-until.js';

/** A production system that no test may contact. */
const FOREIGN = {
  KAFKA_BOOTSTRAP_SERVERS: 'kafka.production.example:9092',
  KAFKA_OPTS: '-Dnonsense',
  CLICKHOUSE_HOST: 'clickhouse.production.example',
  CLICKHOUSE_PORT: '9000',
  CLICKHOUSE_PASSWORD: 'secret',
  TEMPORAL_ADDRESS: 'temporal.production.example:7233',
  TEMPORAL_NAMESPACE: 'production',
  TEMPORAL_TLS: 'true',
  NODE_OPTIONS: '--max-old-space-size=2048',
  JAVA_TOOL_OPTIONS: '-XX:ThisIsNoOption',
  TZ: 'Asia/Tokyo',
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the shared stack', () => {
  test('answers as Temporal', async () => {
    const connection = await Connection.connect({ address: stackAddresses().temporal });
    const { namespaceInfo } = await connection.workflowService.describeNamespace({
      namespace: 'default',
    });
    await connection.close();
    expect(namespaceInfo?.name).toBe('default');
  });

  test('takes and returns records as Kafka', async () => {
    const topic = await createTopic({ partitions: 4 });
    await send(stackAddresses().kafka, topic, ['one', 'two']);
    expect(await valuesOf(stackAddresses().kafka, topic, 2)).toEqual(['one', 'two']);
  });

  test('answers as ClickHouse, in UTC', async () => {
    expect(await query('SELECT 1 AS one, timezone() AS zone')).toEqual([{ one: 1, zone: 'UTC' }]);
  });
});

describe('a stack of its own', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startOwnStack();
  });
  afterAll(async () => {
    await stack.stop();
  });

  test('keeps a topic and its records when Kafka is killed', async () => {
    const topic = await createTopicAt(stack.addresses.kafka, { partitions: 1 });
    await send(stack.addresses.kafka, topic, ['kept']);
    await stack.kafka.kill('SIGKILL');
    expect(stack.kafka.pid).toBeNull();
    await stack.kafka.restart();
    expect(await valuesOf(stack.addresses.kafka, topic, 1)).toEqual(['kept']);
  });

  test('keeps a table and its rows when ClickHouse is killed', async () => {
    const table = uniqueName('kept').replaceAll('-', '_');
    const { clickHouse } = stack.addresses;
    await query(`CREATE TABLE ${table} (n UInt8) ENGINE = MergeTree ORDER BY n`, clickHouse);
    await query(`INSERT INTO ${table} VALUES (7)`, clickHouse);
    await stack.clickHouse.kill('SIGKILL');
    await stack.clickHouse.restart();
    expect(await query(`SELECT n FROM ${table}`, clickHouse)).toEqual([{ n: 7 }]);
  });

  test('keeps a workflow when Temporal is killed', async () => {
    const workflowId = uniqueName('kept');
    await withTemporal(stack.addresses.temporal, (client) =>
      client.workflow.start('anything', { workflowId, taskQueue: 'nobody' }),
    );
    await stack.temporal.kill('SIGKILL');
    await stack.temporal.restart();
    const { status } = await withTemporal(stack.addresses.temporal, (client) =>
      client.workflow.getHandle(workflowId).describe(),
    );
    expect(status.name).toBe('RUNNING');
  });

  test('continues after SIGSTOP and SIGCONT', async () => {
    const { clickHouse } = stack.addresses;
    await stack.clickHouse.kill('SIGSTOP');
    const answer = query('SELECT 1 AS one', clickHouse);
    await stack.clickHouse.kill('SIGCONT');
    expect(await answer).toEqual([{ one: 1 }]);
  });

  test('runs beside the shared one, on other ports', () => {
    const ports = new Set([...portsOf(stack.addresses), ...portsOf(stackAddresses())]);
    expect(ports.size).toBe(portsOf(stack.addresses).length + portsOf(stackAddresses()).length);
  });
});

test('stop leaves no process, port or folder, even of a suspended server', async () => {
  const stack = await startOwnStack();
  const pids = [stack.temporal.pid, stack.kafka.pid, stack.clickHouse.pid];
  await stack.clickHouse.kill('SIGSTOP');
  await stack.stop();
  await expectNothingLeft({ pids, ports: portsOf(stack.addresses), folder: stack.folder });
});

test('kept data is available in the next stack, and serves one stack at a time', async () => {
  const data = await mkdtemp(join(tmpdir(), 'millrace-kept-'));
  try {
    const first = await startOwnStack({ data });
    const topic = await createTopicAt(first.addresses.kafka, { partitions: 1 });
    await expect(startOwnStack({ data })).rejects.toThrow('is in use by another stack');
    await first.stop();

    const second = await startOwnStack({ data });
    const topics = await withAdmin(second.addresses.kafka, (admin) => admin.listTopics());
    await second.stop();
    expect(topics).toContain(topic);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});

test('a process killed with SIGKILL leaves no server, port or folder in any state, and its servers ignore foreign variables', async () => {
  const { starter, started } = await startElsewhere({ ...process.env, ...FOREIGN });
  try {
    const topics = await withAdmin(started.addresses.kafka, (admin) => admin.listTopics());
    expect(topics).not.toContain('production');
  } finally {
    starter.kill('SIGKILL');
    await once(starter, 'exit');
  }
  await expectNothingLeft({ ...started, ports: portsOf(started.addresses) });
});

test('a server that does not start reports the end of its log, and no other server stays', async () => {
  const port = await freePort();
  const failed = startOwnStack({
    ports: { kafka: port },
    temporalFlags: ['--no-such-flag'],
  });
  await expect(failed).rejects.toThrow(
    /Temporal did not start: it ended with exit code 1[^]*unknown flag: --no-such-flag/,
  );
  expect(await isFree(port)).toBe(true);
});

test('a requested port that is taken is refused before anything starts', async () => {
  const taken = Number(portsOf(stackAddresses())[0]);
  await expect(startOwnStack({ ports: { kafka: taken } })).rejects.toThrow(
    `port ${taken} is taken: stop the program that uses it, or give another`,
  );
});

test('a helper that starts servers to kill them refuses to run with external servers', async () => {
  vi.stubEnv('MILLRACE_STACK', 'external');
  vi.stubEnv('MILLRACE_EXTERNAL_TEMPORAL', stackAddresses().temporal);
  vi.stubEnv('MILLRACE_EXTERNAL_KAFKA', stackAddresses().kafka);
  vi.stubEnv('MILLRACE_EXTERNAL_CLICKHOUSE', stackAddresses().clickHouse);
  await expect(startStack()).rejects.toThrow('Unset MILLRACE_STACK');
});

test('several brokers keep a topic while one of them is killed, and leave nothing behind', async () => {
  const stack = await startOwnStack({ brokers: 3 });
  const pids = [stack.kafka.pid, ...stack.brokers.map(({ pid }) => pid), stack.clickHouse.pid];
  const { kafka } = stack.addresses;
  expect(kafka.split(',').length).toBe(3);
  const topic = await createAssignedTopic(kafka, { replicas: [[1, 2, 3]] });
  await untilInSync(kafka, { topic, partition: 0, count: 3 });
  await send(kafka, topic, ['kept']);
  await stack.brokers[0]!.kill('SIGKILL');
  await untilInSync(kafka, { topic, partition: 0, count: 2 });
  expect(await valuesOf(kafka, topic, 1)).toEqual(['kept']);
  await stack.brokers[0]!.restart();
  await untilInSync(kafka, { topic, partition: 0, count: 3 });
  await stack.stop();
  const ports = stack.brokers.flatMap(({ address }) => portsOf({ address }));
  await expectNothingLeft({ pids, ports, folder: stack.folder });
}, 300_000);

interface Remains {
  readonly pids: readonly (number | null)[];
  readonly ports: readonly number[];
  readonly folder: string;
}

async function expectNothingLeft({ pids, ports, folder }: Remains): Promise<void> {
  expect(pids.every((pid) => pid !== null)).toBe(true);
  await waitUntil(
    async () => {
      const free = await Promise.all(ports.map(isFree));
      return !pids.some(isAlive) && free.every(Boolean) && !existsSync(folder);
    },
    { what: 'no process, no port and no folder of the stack is left' },
  );
}

function isAlive(pid: number | null): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

function portsOf(addresses: object): number[] {
  return Object.values(addresses).flatMap((address) => {
    const port = /:(\d+)$/.exec(String(address))?.[1];
    return port === undefined ? [] : [Number(port)];
  });
}

async function startElsewhere(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly starter: ChildProcess; readonly started: StartedStack }> {
  const starter = spawn(process.execPath, ['--import', 'tsx', 'test/support/stack-starter.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let started: StartedStack | null = null;
  for await (const line of createInterface(starter.stdout)) {
    if (line.startsWith('{')) started = JSON.parse(line) as StartedStack;
    if (line === 'ready' && started !== null) return { starter, started };
  }
  throw new Error('the starter ended before its stack was up');
}

async function send(address: string, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafkajsClient(address).producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
  await producer.disconnect();
}

async function valuesOf(address: string, topic: string, count: number): Promise<string[]> {
  const consumer = kafkajsClient(address).consumer({ groupId: uniqueName('group') });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await consumer.run({
    eachMessage: async ({ message }) => void values.push(String(message.value)),
  });
  await waitUntil(() => values.length >= count, {
    what: `${count} records were consumed`,
  });
  await consumer.disconnect();
  return values;
}

async function withTemporal<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
