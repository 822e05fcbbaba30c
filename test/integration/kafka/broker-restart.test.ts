// Promise: a broker that is killed or suspended during a read only costs time, and a closed adapter does not keep a process
// alive. Checked by killing a real broker while its records are read, and by a program that must exit by itself.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordsOf } from '../../support/kafka-decode.js';
import { type OwnKafka, startOwnKafka } from '../../support/kafka-own-broker.js';
import { createTopic, kafkajsClient, openKafka, span } from '../../support/kafka-topic.js';
import { PATIENCE_MS } from '../../support/wait-until.js';

let broker: OwnKafka;
let topic: string;
const COUNT = 5_000;

beforeAll(async () => {
  broker = await startOwnKafka();
  topic = await createTopic(broker.address, { partitions: 2 });
  const producer = kafkajsClient(broker.address).producer();
  await producer.connect();
  for (let at = 0; at < COUNT; at += 100) {
    const messages = [0, 1].flatMap((partition) =>
      Array.from({ length: 100 }, (_, index) => ({
        partition,
        value: `${partition}/${at + index} ${'x'.repeat(200)}`,
      })),
    );
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
});

afterAll(() => broker.stop());

/** Reads both partitions, and calls `disturb` once, after a quarter of the records. */
async function readDisturbed(disturb: () => Promise<void>, requestTimeoutMs = 30_000) {
  const kafka = openKafka(broker.address, {
    fetchBytes: 70_000,
    retryForMs: 60_000,
    requestTimeoutMs,
  });
  const seen: string[] = [];
  let disturbed: Promise<void> | null = null;
  const ranges = [span(0, 0, COUNT), span(1, 0, COUNT)];
  for await (const fetched of kafka.source.read(topic, ranges, new AbortController().signal)) {
    for (const run of fetched.runs()) {
      for (const { offset, value } of recordsOf(run)) {
        expect(value!.toString()).toBe(`${run.partition}/${offset} ${'x'.repeat(200)}`);
        seen.push(`${run.partition}/${offset}`);
      }
    }
    if (seen.length > COUNT / 2) disturbed ??= disturb();
  }
  expect(disturbed).not.toBeNull();
  await disturbed;
  await kafka.close();
  const wanted = [0, 1].flatMap((partition) =>
    Array.from({ length: COUNT }, (_, offset) => `${partition}/${offset}`),
  );
  expect(seen).toEqual(wanted);
}

test('reading continues after a broker is killed and restarted', async () => {
  await readDisturbed(async () => {
    await broker.server.kill('SIGKILL');
    await broker.server.restart();
  });
});

test('reading continues after a broker is suspended and resumed', async () => {
  await readDisturbed(async () => {
    await broker.server.kill('SIGSTOP');
    const other = openKafka(broker.address, { requestTimeoutMs: 1_000, retryForMs: 2_000 });
    await expect(other.source.offsets(topic)).rejects.toThrow(/did not answer|can't be reached/);
    await other.close();
    await broker.server.kill('SIGCONT');
  }, 1_000);
});

test('a process that has closed the adapter exits by itself', async () => {
  const program = fileURLToPath(new URL('../../support/kafka-read-and-close.ts', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', program, broker.address, topic],
    { timeout: PATIENCE_MS },
  );
  expect(stdout).toBe(`${2 * COUNT} records\n`);
  expect(stderr).toBe('');
});
