import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsingSettings } from '../stage/tables.js';
import { startMoverProcess } from './mover-process.js';
import { type Job, type Mover, MOVER_TITLES } from './mover.js';
import { programVersion } from './program-version.js';

/** How a pipe collects records before it sends them. */
const BATCHING = {
  count: 100_000,
  period: '2s',
  processors: [{ archive: { format: 'lines' } }],
} as const;

/** The Kafka inputs of Redpanda Connect and of Bento share these names. */
export function consumerOf({ stack, topic, group }: Job) {
  return {
    seed_brokers: [stack.addresses.kafka],
    topics: [topic],
    consumer_group: group,
    fetch_max_bytes: '50MiB',
    fetch_max_partition_bytes: '8MiB',
  };
}

/** Not in the order of the records. */
export const PROCESSING = {
  /** Records of a partition that may be read before an earlier one is stored. */
  checkpoint_limit: 400_000,
  batching: BATCHING,
} as const;

/** A program that posts the lines unchanged, and ClickHouse parses them. Nothing is validated. */
export function pipeOfLines(
  name: 'redpandaConnect' | 'bento',
  program: string,
  input: (job: Job) => Readonly<Record<string, unknown>>,
): Mover {
  return {
    name,
    title: MOVER_TITLES[name],
    table: 'plain',
    isSlow: false,
    canShare: true,
    rewrites: null,
    version: () => programVersion(program, '--version'),
    async open(job) {
      // JSON is also valid YAML.
      const file = join(job.folder, `${name}.json`);
      const settings = {
        http: { enabled: false },
        input: input(job),
        output: { http_client: output(job) },
        logger: { level: 'INFO' },
      };
      await writeFile(file, JSON.stringify(settings));
      return {
        startProcess: () =>
          Promise.resolve(startMoverProcess(job, { command: program, arguments: ['run', file] })),
        begin: () => Promise.resolve(),
        isRunning: () => Promise.resolve(true),
        historyEvents: () => Promise.resolve(null),
        end: () => Promise.resolve(),
      };
    },
  };
}

function output({ stack, database, table, shape }: Job) {
  const url = new URL(stack.addresses.clickHouse);
  const columns = Object.keys(shape.columns).join(',');
  url.searchParams.set(
    'query',
    `INSERT INTO ${database}.${table} (${columns}) SETTINGS ${parsingSettings(shape)} FORMAT JSONEachRow`,
  );
  return {
    url: url.href,
    verb: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson' },
    max_in_flight: 4,
    timeout: '60s',
  };
}
