import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../dev/stack/free-port.js';
import { startMoverProcess } from './mover-process.js';
import { type Job, type Mover, MOVER_TITLES } from './mover.js';
import { programVersion } from './program-version.js';

/** Records of one insert. */
const BUFFER_RECORDS = 131_072;

/** clickhouse_sinker over HTTP: parses each record and inserts columns. */
export function sinker(program: string): Mover {
  return {
    name: 'sinker',
    title: MOVER_TITLES.sinker,
    table: 'plain',
    isSlow: false,
    canShare: true,
    rewrites: null,
    version: () => programVersion(program, '-v'),
    async open(job) {
      const file = join(job.folder, 'sinker.json');
      await writeFile(file, JSON.stringify(settings(job)));
      return {
        async startProcess() {
          const port = await freePort();
          const flags = ['-http-host', '127.0.0.1', '-http-port', String(port)];
          return startMoverProcess(job, {
            command: program,
            arguments: ['-local-cfg-file', file, '-log-paths', 'stdout', ...flags],
          });
        },
        begin: () => Promise.resolve(),
        isRunning: () => Promise.resolve(true),
        historyEvents: () => Promise.resolve(null),
        end: () => Promise.resolve(),
      };
    },
  };
}

function settings({ stack, topic, group, database, table }: Job) {
  const { hostname, port } = new URL(stack.addresses.clickHouse);
  const text = (name: string) => ({ name, type: 'String' });
  return {
    clickhouse: {
      hosts: [[hostname]],
      port: Number(port),
      db: database,
      username: 'default',
      password: '',
      protocol: 'http',
      retryTimes: 0,
      maxOpenConns: 2,
    },
    kafka: {
      brokers: stack.addresses.kafka,
      // The default of five minutes would only prolong the stall after a kill.
      properties: { 'session.timeout.ms': 10_000, 'heartbeat.interval.ms': 3_000 },
    },
    task: {
      name: group,
      topic,
      consumerGroup: group,
      earliest: true,
      parser: 'fastjson',
      tableName: table,
      dims: [
        text('event_id'),
        text('event_type'),
        { name: 'timestamp', type: 'DateTime' },
        text('payload'),
        text('source'),
        text('metadata'),
      ],
      flushInterval: 2,
      bufferSize: BUFFER_RECORDS,
      timeZone: 'UTC',
    },
    logLevel: 'info',
  };
}
