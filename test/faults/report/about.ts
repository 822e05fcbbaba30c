import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Stack } from '../../../dev/stack/start-stack.js';
import { query } from '../../support/stack.js';

/** Versions by name, as they ran. */
export type Servers = Readonly<Record<string, string>>;

const GIB = 2 ** 30;
const run = promisify(execFile);

export async function describeServers(stack: Stack): Promise<Servers> {
  const [clickHouse] = await query<{ v: string }>(
    'SELECT version() AS v',
    stack.addresses.clickHouse,
  );
  const temporal = (await run(stack.temporalProgram, ['--version'])).stdout;
  return {
    Kafka: /kafka-(\d+(?:\.\d+)+)/.exec(stack.kafkaToolFolder)?.[1] ?? 'unknown',
    ClickHouse: `${clickHouse?.v ?? 'unknown'} (chdb, behind the HTTP front of dev/clickhouse)`,
    Temporal: /\d+\.\d+\.\d+[^)]*/.exec(temporal)?.[0] ?? temporal.trim(),
    Node: process.versions.node,
  };
}

/** Version and commit; a commit with changes says so. */
export async function describeMillrace(): Promise<string> {
  const file = new URL('../../../package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  const git = async (...args: string[]) => (await run('git', args)).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short', 'HEAD');
    const changes = await git('status', '--porcelain', '--', 'src');
    return `${version} (${commit}${changes === '' ? '' : ', with changes'})`;
  } catch {
    return version;
  }
}

export function describeMachine(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / GIB);
  return `${cores.length} cores (${model}) shared by all servers and workers, ${memory} GiB, ${type()} ${release()}`;
}
