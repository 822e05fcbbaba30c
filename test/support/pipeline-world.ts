import {
  Client,
  Connection,
  NamespaceNotFoundError,
  type WorkflowHandle,
} from '@temporalio/client';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Produced, produceFast } from '../../dev/events/fast-producer.js';
import { addressVariables } from '../../dev/stack/environment.js';
import type { StackAddresses } from '../../dev/stack/stack-addresses.js';
import type { PipelineStatus } from '../../src/domain/pipeline/pipeline-status.js';
import type { PipelineResult } from '../../src/domain/pipeline/result.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import { createTopic, uniqueName } from './kafka-topic.js';
import { type Ledger, readLedger } from './ledger.js';
import { query, stackAddresses } from './stack.js';
import { waitUntil } from './wait-until.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

export interface WorldOptions {
  readonly partitions?: number;
  readonly topicConfig?: Readonly<Record<string, string>>;
  /** Other servers than the shared ones. */
  readonly addresses?: StackAddresses;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Unique names of a test on real servers, and the actions of a user with them. */
export interface PipelineWorld {
  readonly topic: string;
  readonly groupId: string;
  readonly database: string;
  readonly table: string;
  readonly workflowId: string;
  readonly client: Client;
  readonly addresses: StackAddresses;
  /** The worker's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workers: readonly WorkerProcess[];
  startWorker(environment?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  startPipeline(input?: PipelineInput, workflowId?: string): Promise<Pipeline>;
  /** Adds to earlier records. Resolves once they are acknowledged. */
  produce(count: number, options?: { rate?: number }): Promise<void>;
  /** What the producer wrote. */
  readonly produced: readonly Produced[];
  readonly seed: number;
  sql<Row>(statement: string): Promise<readonly Row[]>;
  /** What became of everything that was produced, according to the servers. */
  ledger(): Promise<Ledger>;
  close(): Promise<void>;
}

export interface Pipeline {
  readonly handle: WorkflowHandle;
  status(): Promise<PipelineStatus>;
  result(): Promise<PipelineResult>;
  signal(name: 'pause' | 'resume' | 'stop', input?: unknown): Promise<void>;
  /** Waits until everything that was produced is decided. */
  caughtUp(): Promise<void>;
}

export async function openWorld(options: WorldOptions = {}): Promise<PipelineWorld> {
  const { partitions = 4, topicConfig = {}, addresses = stackAddresses() } = options;
  const topic = await createTopic(addresses.kafka, { partitions, config: topicConfig });
  const name = uniqueName('pipeline');
  const database = uniqueName('db').replaceAll('-', '_');
  const table = 'stream_events';
  const seed = randomInt(1, 1_000_000);
  const sql = <Row>(statement: string) => query<Row>(statement, addresses.clickHouse);
  await sql(`CREATE DATABASE ${database}`);
  const connection = await Connection.connect({ address: addresses.temporal });
  const client = new Client({ connection });
  const environment = {
    ...addressVariables(addresses),
    KAFKA_TOPIC: topic,
    KAFKA_GROUP_ID: name,
    CLICKHOUSE_DATABASE: database,
    CLICKHOUSE_TABLE: table,
    BATCH_INTERVAL_SECONDS: '0.5',
    MILLRACE_TASK_QUEUE: name,
    MILLRACE_LOG_FORMAT: 'json',
    ...options.environment,
  };
  const produced: Produced[] = [];
  const workers: WorkerProcess[] = [];
  const pipelines: WorkflowHandle[] = [];
  const world: PipelineWorld = {
    topic,
    groupId: environment.KAFKA_GROUP_ID,
    database,
    table,
    workflowId: name,
    client,
    addresses,
    environment,
    produced,
    seed,
    workers,
    async startWorker(changes = {}) {
      const worker = startWorkerProcess({ ...environment, ...changes });
      workers.push(worker);
      await worker.ready();
      return worker;
    },
    async startPipeline(input, workflowId = name) {
      const handle = await client.workflow.start('pipeline', {
        workflowId,
        taskQueue: environment.MILLRACE_TASK_QUEUE,
        args: input === undefined ? [] : [input],
      });
      pipelines.push(handle);
      return pipelineOf(client.workflow.getHandle(workflowId), world);
    },
    async produce(count, { rate } = {}) {
      const firstIndex = produced.reduce(
        (most, lot) => Math.max(most, lot.firstIndex + lot.count),
        0,
      );
      const load = { brokers: addresses.kafka, topic, partitions, count, seed, firstIndex };
      produced.push(...(await produceFast(rate === undefined ? load : { ...load, rate })));
    },
    sql,
    ledger: () => readLedger({ database, table, seed, produced, sql }),
    async close() {
      await Promise.all(pipelines.map((handle) => handle.terminate().catch(() => undefined)));
      await Promise.all(workers.map((worker) => worker.stop()));
      await connection.close();
      await sql(`DROP DATABASE ${database}`);
    },
  };
  return world;
}

/**
 * Temporal's development server has no namespace for a moment after the machine was suspended. A second query a second
 * later succeeds.
 */
async function statusOf(handle: WorkflowHandle): Promise<PipelineStatus> {
  const ask = () => handle.query<PipelineStatus>('status');
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof NamespaceNotFoundError)) throw error;
    await sleep(1_000);
    return ask();
  }
}

function pipelineOf(handle: WorkflowHandle, world: PipelineWorld): Pipeline {
  return {
    handle,
    status: () => statusOf(handle),
    result: () => handle.result() as Promise<PipelineResult>,
    signal: (name, input) => handle.signal(name, input),
    caughtUp: () =>
      waitUntil(async () => (await decided(world)) >= producedBy(world), {
        what: 'every record that was produced is a row or a dead letter',
      }),
  };
}

function producedBy({ produced }: PipelineWorld): number {
  return produced.reduce((sum, { count }) => sum + count, 0);
}

/** Distinct records that are rows or dead letters: a cheap query, for polling. */
async function decided({ sql, database, table }: PipelineWorld): Promise<number> {
  const tables = await sql<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = '${database}'`,
  );
  const counts = await Promise.all(
    [table, `${table}_dead_letters`]
      .filter((each) => tables.some(({ name }) => name === each))
      .map((each) =>
        sql<{ n: string }>(
          `SELECT toString(uniqExact(_partition, _offset)) AS n FROM ${database}.${each}`,
        ),
      ),
  );
  return counts.reduce((sum, [row]) => sum + Number(row?.n ?? 0), 0);
}
