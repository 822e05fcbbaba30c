import { Client, Connection } from '@temporalio/client';
import { fileURLToPath } from 'node:url';
import { uniqueName } from '../support/kafka-topic.js';
import { seededRandom } from '../support/seeded-random.js';
import { query } from '../support/stack.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import type { StallReport } from './cluster/stall-verdict.js';
import { DECLARED } from './contract.config.js';
import { createExpectation, type Expectation } from './expectation.js';
import { type FaultStack, portOf } from './fault-stack.js';
import { createLoad, type Load } from './load.js';
import { type Pipeline, sayDone, startPipeline } from './pipeline.js';
import { createRecovery, type Recovery } from './recovery.js';

const CONFIG = fileURLToPath(new URL('./contract.config.ts', import.meta.url));

/** `direct`: to the servers themselves. `linked`: over the links and taps of the stack. */
export type Route = 'direct' | 'linked';

/** The servers, tables and topic of one case, and the actions on them. */
export interface Scene extends Recovery {
  readonly stack: FaultStack;
  /** Added to the input of every workflow. Empty for `stream_events`. */
  readonly contract: { readonly contract?: string };
  readonly seed: number;
  /** In [0, 1). The same numbers for the same seed. */
  readonly random: () => number;
  /** Created by the case, through `load`. */
  readonly topic: string;
  readonly groupId: string;
  readonly database: string;
  /** `database.table`. */
  readonly table: string;
  readonly workflowId: string;
  readonly client: Client;
  readonly expectation: Expectation;
  readonly load: Load;
  /** Tables that together have the rows, and those of their dead letters. A case may add to them. */
  readonly tables: string[];
  readonly letterTables: string[];
  readonly workers: readonly WorkerProcess[];
  readonly pipelines: readonly Pipeline[];
  /** Notes for the table of results. */
  readonly notes: string[];
  /** How long partitions were stalled, for each measured fault. */
  readonly stalls: StallReport[];
  /** What a case has started, to be ended after it. */
  readonly closing: (() => Promise<void>)[];
  startWorker(route?: Route, changes?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  startPipeline(input?: PipelineInput, workflowId?: string): Promise<Pipeline>;
  sql<Row>(statement: string): Promise<readonly Row[]>;
  close(options: { readonly connection: 'close' | 'leave' }): Promise<void>;
}

export interface SceneOptions {
  readonly stack: FaultStack;
  /** Folder of the built worker. */
  readonly build: string;
  readonly seed: number;
  /** With a declared contract, instead of `stream_events`. */
  readonly declared?: boolean | undefined;
  /** A different Temporal than the stack's. */
  readonly temporal?: string;
}

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { stack, build, seed, declared = false } = options;
  const contract = declared ? { contract: DECLARED } : {};
  const temporal = options.temporal ?? stack.addresses.temporal;
  const connection = await Connection.connect({ address: temporal });
  const client = new Client({ connection });
  const name = uniqueName('faults');
  const database = name.replaceAll('-', '_');
  const table = `${database}.stream_events`;
  const sql = <Row>(statement: string) => query<Row>(statement, stack.addresses.clickHouse);
  await sql(`CREATE DATABASE ${database}`);
  const expectation = createExpectation();
  const tables = [table];
  const letterTables = [`${table}_dead_letters`];
  const workers: WorkerProcess[] = [];
  const pipelines: Pipeline[] = [];
  const notes: string[] = [];
  const stalls: StallReport[] = [];
  const closing: (() => Promise<void>)[] = [];
  return {
    ...createRecovery({ expectation, tables, letterTables, sql }, () => sayDone(pipelines)),
    load: createLoad({ kafka: stack.addresses.kafka, topic: name, seed, expectation }),
    ...{
      stack,
      contract,
      seed,
      client,
      expectation,
      tables,
      letterTables,
      workers,
      pipelines,
      notes,
      stalls,
      closing,
      sql,
    },
    random: seededRandom(seed).random,
    topic: name,
    groupId: name,
    database,
    table,
    workflowId: name,
    async startWorker(route = 'direct', changes = {}) {
      const environment = {
        ...addressesOf(stack, temporal, route),
        KAFKA_TOPIC: name,
        KAFKA_GROUP_ID: name,
        CLICKHOUSE_DATABASE: database,
        CLICKHOUSE_TABLE: 'stream_events',
        BATCH_INTERVAL_SECONDS: '0.2',
        MILLRACE_TASK_QUEUE: name,
        MILLRACE_LOG_FORMAT: 'json',
        ...(declared && { MILLRACE_CONFIG: CONFIG }),
        ...changes,
      };
      const worker = startWorkerProcess(environment, build);
      workers.push(worker);
      await worker.ready();
      return worker;
    },
    async startPipeline(input, workflowId = name) {
      const asked = declared ? { ...contract, ...input } : input;
      const pipeline = await startPipeline(client, { workflowId, taskQueue: name, input: asked });
      pipelines.push(pipeline);
      return pipeline;
    },
    async close({ connection: fate }) {
      await Promise.all(pipelines.map(({ handle }) => handle.terminate().catch(() => undefined)));
      for (const worker of workers) if (worker.isRunning()) worker.kill('SIGKILL');
      await Promise.all(workers.map((worker) => worker.ended()));
      if (fate === 'close') await connection.close();
      for (const close of closing) await close();
      await sql(`DROP DATABASE IF EXISTS ${database}`);
    },
  };
}

function addressesOf({ addresses, links }: FaultStack, temporal: string, route: Route) {
  const clickHouse =
    route === 'direct' ? Number(new URL(addresses.clickHouse).port) : links.clickHouse.port;
  const isLinked = route === 'linked' && temporal === addresses.temporal;
  return {
    TEMPORAL_ADDRESS: `127.0.0.1:${isLinked ? links.temporal.port : portOf(temporal)}`,
    KAFKA_BOOTSTRAP_SERVERS: route === 'direct' ? addresses.kafka : `127.0.0.1:${links.kafka.port}`,
    CLICKHOUSE_HOST: '127.0.0.1',
    CLICKHOUSE_PORT: String(clickHouse),
  };
}
