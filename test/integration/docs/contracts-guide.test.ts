// Promise: each example of the guide does what the guide says: the records that it shows become the rows and the dead letters
// that it shows, in a table that is created for them, and verify finds them complete. All run in one worker, from one config
// file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, kafkajsClient } from '../../support/kafka-topic.js';
import { verified } from '../../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { configOf, type ContractExample, contractExamples } from './contract-examples.js';

const INDEX = fileURLToPath(new URL('../../../src/index.ts', import.meta.url));
const EXAMPLES = contractExamples();

const folder = mkdtempSync(join(tmpdir(), 'millrace-guide-'));
let world: PipelineWorld;

beforeAll(async () => {
  const config = join(folder, 'millrace.config.ts');
  writeFileSync(config, configOf(EXAMPLES, INDEX));
  world = await openWorld({ environment: { MILLRACE_CONFIG: config } });
  await world.startWorker();
});

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

test('the guide has ten examples', () => {
  expect(EXAMPLES.map(({ title }) => Number.parseInt(title))).toEqual(
    Array.from({ length: 10 }, (_, index) => index + 1),
  );
  for (const { messages, rows, deadLetters } of EXAMPLES) {
    expect(messages.length).toBeGreaterThanOrEqual(rows.length + deadLetters.length);
  }
});

test.each(EXAMPLES)('$title', async (example) => {
  const { name } = example;
  const topic = await createTopic(world.addresses.kafka, { partitions: 1 });
  await send(topic, example);
  const table = `${world.database}.${name}`;
  const input = { contract: name, topic, groupId: topic, table } as const;
  const { messages, rows, deadLetters } = example;
  const run = await world.startPipeline(
    { ...input, until: 'now', guarantee: 'exactly-once' },
    `${world.workflowId}-${name}`,
  );
  const filtered = messages.length - rows.length - deadLetters.length;
  expect(await run.result()).toMatchObject({
    ...{ rows: rows.length, deadLetters: deadLetters.length, filtered },
  });
  expect(await rowsOf(table, example)).toEqual(rows);
  const letters = await world.sql(
    `SELECT reason, path FROM ${table}_dead_letters FINAL ORDER BY _offset`,
  );
  expect(letters).toEqual(deadLetters);
  expect(await verified(world, { ...input, compare: 'content' })).toMatchObject({
    ...{ verdict: 'complete', rows: rows.length, deadLetters: deadLetters.length },
  });
});

async function send(topic: string, { messages }: ContractExample): Promise<void> {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  const sent = messages.map(({ timestamp, headers, ...message }) => ({
    ...message,
    headers: { ...headers },
    ...(timestamp !== undefined && { timestamp: String(timestamp) }),
  }));
  await producer.send({ topic, messages: sent, acks: -1 });
  await producer.disconnect();
}

/** Ordered by the table's key, as ClickHouse does by default. */
function rowsOf(table: string, { rows: [first = {}] }: ContractExample) {
  const columns = Object.keys(first).map((column) => `\`${column}\``);
  return world.sql(
    `SELECT ${columns.join(', ')} FROM ${table} ORDER BY ALL SETTINGS output_format_json_quote_64bit_integers = 1`,
  );
}
