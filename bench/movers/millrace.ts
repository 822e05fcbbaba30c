import { Client, Connection } from '@temporalio/client';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../../src/domain/limits.js';
import { MEMO_NAME, parsePipelineMemo } from '../../src/domain/pipeline/pipeline-memo.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import { startMoverProcess } from './mover-process.js';
import { type Job, type Mover, MOVER_TITLES } from './mover.js';

export interface MillraceOptions {
  /** The folder of the built worker. */
  readonly build: string;
  readonly name: 'millrace' | 'millraceWithoutLineage';
  readonly input?: PipelineInput;
  readonly environment?: Readonly<Record<string, string>>;
  /** Temporal's namespace. The default one unless given. */
  readonly namespace?: string;
  /** Flags of Node, for a profile. */
  readonly nodeFlags?: readonly string[];
}

/** This project's worker as in the image, and the pipeline workflow as a user starts it. */
export function millrace(options: MillraceOptions): Mover {
  const { name, build, nodeFlags = [], namespace = 'default' } = options;
  const hasLineage = name === 'millrace';
  return {
    name,
    title: MOVER_TITLES[name],
    table: hasLineage ? 'own' : 'plain',
    isSlow: false,
    canShare: true,
    rewrites: null,
    version: async () => `${await packageVersion()}, Node ${process.versions.node}`,
    async open(job) {
      const connection = await Connection.connect({ address: job.stack.addresses.temporal });
      const client = new Client({ connection, namespace });
      const environment = {
        ...workerEnvironment(job),
        TEMPORAL_NAMESPACE: namespace,
        ...options.environment,
      };
      return {
        startProcess: () =>
          Promise.resolve(
            startMoverProcess(job, {
              command: process.execPath,
              arguments: [...nodeFlags, join(build, 'worker.js')],
              environment,
            }),
          ),
        async begin() {
          await client.workflow.start('pipeline', {
            workflowId: job.group,
            taskQueue: job.group,
            args: options.input === undefined ? [] : [options.input],
            workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
          });
        },
        async isRunning() {
          const { memo } = await client.workflow.getHandle(job.group).describe();
          return parsePipelineMemo(memo?.[MEMO_NAME])?.state === 'running';
        },
        async historyEvents() {
          const { historyLength } = await client.workflow.getHandle(job.group).describe();
          return historyLength;
        },
        async end() {
          await client.workflow.getHandle(job.group).terminate('the run is over');
          await connection.close();
        },
      };
    },
  };
}

function workerEnvironment({ stack, ...job }: Job): Readonly<Record<string, string>> {
  const clickHouse = new URL(stack.addresses.clickHouse);
  return {
    TEMPORAL_ADDRESS: stack.addresses.temporal,
    KAFKA_BOOTSTRAP_SERVERS: stack.addresses.kafka,
    KAFKA_TOPIC: job.topic,
    KAFKA_GROUP_ID: job.group,
    CLICKHOUSE_HOST: clickHouse.hostname,
    CLICKHOUSE_PORT: clickHouse.port,
    CLICKHOUSE_DATABASE: job.database,
    CLICKHOUSE_TABLE: job.table,
    BATCH_INTERVAL_SECONDS: '1',
    MILLRACE_TASK_QUEUE: job.group,
    MILLRACE_LOG_FORMAT: 'json',
  };
}

async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
