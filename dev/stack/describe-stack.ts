import { execFile } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { promisify } from 'node:util';
import { createClient } from '@clickhouse/client';
import { KAFKA_VERSION } from './kafka-jars.js';
import type { Stack } from './start-stack.js';

/** Versions by name. */
export type Servers = Readonly<Record<string, string>>;

const GIB = 2 ** 30;

/** The versions of the running servers, so that measurements can be repeated. */
export async function describeServers(stack: Stack): Promise<Servers> {
  const temporal = await promisify(execFile)(stack.temporalProgram, ['--version']);
  return {
    Kafka: KAFKA_VERSION,
    ClickHouse: `${await clickHouseVersion(stack.addresses.clickHouse)} (chdb, behind the HTTP front of dev/clickhouse)`,
    Temporal: /Server (\d[\d.]*)/.exec(temporal.stdout)?.[1] ?? temporal.stdout.trim(),
    Node: process.versions.node,
  };
}

/** @param sharers - what runs on the machine at the same time */
export function describeMachine(sharers: string): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / GIB);
  return `${cores.length} cores (${model}) shared by ${sharers}, ${memory} GiB, ${type()} ${release()}`;
}

async function clickHouseVersion(url: string): Promise<string> {
  const client = createClient({ url });
  try {
    const answer = await client.query({ query: 'SELECT version() AS version', format: 'JSON' });
    const { data } = await answer.json<{ version: string }>();
    return data[0]?.version ?? 'unknown';
  } finally {
    await client.close();
  }
}
