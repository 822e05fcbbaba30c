import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { startMoverProcess } from './mover-process.js';
import { type Mover, MOVER_TITLES } from './mover.js';
import { SPARK_VERSION, type SparkPackages } from './spark/packages.js';

const JOB = fileURLToPath(new URL('spark/job.py', import.meta.url));

/** The job that Millrace replaces, as its users wrote it. Only one process can use a checkpoint at a time. */
export function spark({ python, jars }: SparkPackages): Mover {
  return {
    name: 'spark',
    title: MOVER_TITLES.spark,
    table: 'plain',
    isSlow: true,
    canShare: false,
    rewrites: 'numbers and lists within payload become text',
    version: () => Promise.resolve(SPARK_VERSION),
    open: (job) =>
      Promise.resolve({
        startProcess: () =>
          Promise.resolve(
            startMoverProcess(job, {
              command: 'python3',
              arguments: [JOB],
              environment: {
                PYTHONPATH: python,
                JOB_JARS: jars,
                JOB_BROKERS: job.stack.addresses.kafka,
                JOB_TOPIC: job.topic,
                JOB_CLICKHOUSE: job.stack.addresses.clickHouse,
                JOB_TABLE: `${job.database}.${job.table}`,
                JOB_CHECKPOINT: join(job.folder, 'checkpoint'),
                SPARK_LOCAL_IP: '127.0.0.1',
              },
            }),
          ),
        begin: () => Promise.resolve(),
        isRunning: () => Promise.resolve(true),
        historyEvents: () => Promise.resolve(null),
        end: () => Promise.resolve(),
      }),
  };
}
