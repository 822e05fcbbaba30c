import { execFile } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { promisify } from 'node:util';
import { KAFKA_VERSION } from '../../dev/stack/kafka-jars.js';
import type { Stage } from '../stage/stage.js';

/** How figures came about. */
export interface About {
  readonly day: string;
  readonly command: string;
  readonly machine: string;
  readonly servers: Readonly<Record<string, string>>;
}

const GIB = 2 ** 30;

/** What a reader needs to repeat a run; paths of programs are theirs. */
export async function describeRun({ stack, sql }: Stage): Promise<About> {
  const { stdout } = await promisify(execFile)(stack.temporalProgram, ['--version']);
  return {
    day: new Date().toISOString().slice(0, 10),
    command: ['npm run bench', ...given(process.argv.slice(2))].join(' '),
    machine: machine(),
    servers: {
      ClickHouse: `${await sql('SELECT version()')} (chdb, behind the HTTP front of dev/clickhouse)`,
      Kafka: KAFKA_VERSION,
      Temporal: /Server (\d[\d.]*)/.exec(stdout)?.[1] ?? stdout.trim(),
      Node: process.versions.node,
    },
  };
}

function given(args: readonly string[]): readonly string[] {
  if (args.length === 0) return [];
  return ['--', ...args.map((arg) => (arg.includes('/') ? 'PATH' : arg))];
}

function machine(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / GIB);
  return `${cores.length} cores (${model}) shared by all servers and the mover, ${memory} GiB, ${type()} ${release()}`;
}
