import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVENT_COLUMNS } from '../stage/tables.js';
import { startMoverProcess } from './mover-process.js';
import { type Job, type Mover, MOVER_TITLES } from './mover.js';
import { programVersion } from './program-version.js';

/** Redpanda Connect as a pipe: it posts the lines unchanged, and ClickHouse parses them. Nothing is validated. */
export function redpandaConnect(program: string): Mover {
  return {
    name: 'redpandaConnect',
    title: MOVER_TITLES.redpandaConnect,
    table: 'plain',
    isSlow: false,
    canShare: true,
    rewrites: null,
    version: () => programVersion(program, '--version'),
    async open(job) {
      const file = join(job.folder, 'redpanda-connect.json');
      await writeFile(file, JSON.stringify(settings(job)));
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

/** The fastest settings that were found. JSON is also valid YAML. */
function settings({ stack, topic, group, database, table }: Job) {
  const url = new URL(stack.addresses.clickHouse);
  url.searchParams.set(
    'query',
    `INSERT INTO ${database}.${table} (${EVENT_COLUMNS.join(',')}) FORMAT JSONEachRow`,
  );
  url.searchParams.set('input_format_json_read_objects_as_strings', '1');
  url.searchParams.set('date_time_input_format', 'best_effort');
  return {
    http: { enabled: false },
    input: {
      redpanda: {
        seed_brokers: [stack.addresses.kafka],
        topics: [topic],
        consumer_group: group,
        start_offset: 'earliest',
        // The default of a minute would only prolong the stall after a kill.
        session_timeout: '10s',
        fetch_max_bytes: '50MiB',
        fetch_max_partition_bytes: '8MiB',
        unordered_processing: {
          enabled: true,
          checkpoint_limit: 400_000,
          batching: {
            count: 100_000,
            period: '2s',
            processors: [{ archive: { format: 'lines' } }],
          },
        },
      },
    },
    output: {
      http_client: {
        url: url.href,
        verb: 'POST',
        headers: { 'Content-Type': 'application/x-ndjson' },
        max_in_flight: 4,
        timeout: '60s',
      },
    },
    logger: { level: 'INFO' },
  };
}
