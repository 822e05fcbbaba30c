import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMoverProcess } from '../../bench/movers/mover-process.js';
import type { SparkPackages } from '../../bench/movers/spark/packages.js';
import { allGone, killAll, treeOf } from './process-tree.js';

const JOB = fileURLToPath(new URL('../../bench/movers/spark/job.py', import.meta.url));

export interface SparkJob {
  readonly packages: SparkPackages;
  readonly kafka: string;
  /** Several separated by commas. */
  readonly topic: string;
  /** The address for its inserts. */
  readonly clickHouse: string;
  readonly table: string;
  readonly checkpoint: string;
  /** For its other output. */
  readonly folder: string;
}

/** Python, its JVM and the Python of each core: ending the first does not end the others at once. */
export interface SparkProcesses {
  /** Why it ended by itself. Null while it runs. */
  failure(): string | null;
  kill(): Promise<void>;
  /** Resolves once no process is left. */
  stop(): Promise<void>;
}

/** The job that a pipeline replaces: Kafka, structured streaming, foreachBatch, a checkpoint. */
export function startSparkJob(job: SparkJob): SparkProcesses {
  const driver = startMoverProcess(job, {
    command: 'python3',
    arguments: [JOB],
    environment: {
      PYTHONPATH: job.packages.python,
      JOB_JARS: job.packages.jars,
      JOB_BROKERS: job.kafka,
      JOB_TOPIC: job.topic,
      JOB_CLICKHOUSE: job.clickHouse,
      JOB_TABLE: job.table,
      JOB_CHECKPOINT: job.checkpoint,
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LOCAL_DIRS: join(job.folder, 'spark'),
    },
  });
  const { pid } = driver;
  // Never 0 or 1: the tree of process 1 would be everything on the machine.
  if (pid === null || pid <= 1) throw new Error('the job has no process');
  return {
    failure: () => driver.failure(),
    async kill() {
      const tree = await treeOf(pid);
      const killed = driver.kill();
      await killAll(tree);
      await killed;
    },
    async stop() {
      const tree = await treeOf(pid);
      await driver.stop();
      await allGone(tree);
    },
  };
}
