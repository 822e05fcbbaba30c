import { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import process from 'node:process';
import { createActivities } from '../activities/create-activities.js';
import { createClickHouse } from '../adapters/clickhouse/clickhouse.js';
import { EVENT_LAYOUT } from '../adapters/clickhouse/schema/event-layout.js';
import { createKafka } from '../adapters/kafka/kafka.js';
import type { Config } from '../config/environment.js';
import { readEnvironment } from '../config/load-environment.js';
import type { Contract } from '../domain/contract/define-contract.js';
import { EVENT_CONTRACT } from '../domain/contract/event-contract.js';
import { transform } from '../domain/contract/transform.js';
import { createDecoder } from '../domain/formats/decoder.js';
import type { RunReaders } from '../domain/formats/run-reader.js';
import { batchMemoryBytes, engineMemoryBytes, largestBatchBytes } from '../domain/limits.js';
import { loadEngine } from '../engine/engine-module.js';
import { createRunReaders } from '../engine/run-readers.js';
import { connectTemporal } from './connect.js';
import { serveHealth } from './health.js';
import { installRuntime } from './install-runtime.js';
import { createLogger } from './log.js';
import { createWorkers, type Workers } from './run-workers.js';
import { createMeasuring, startWatching } from './telemetry/measure.js';
import { createPipelineMessages, createWorkflowLookUp } from '../adapters/temporal/workflows.js';

/** The options of `runWorker`. */
export interface WorkerOptions {
  /** The settings, from `configFromEnvironment` or your own. */
  readonly config: Config;
  /** Your contracts, in addition to `stream_events` and `table`, which always exist. */
  readonly contracts: readonly Contract[];
  /** The source of Temporal's own variables. The default is the process's environment and `.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The default logger writes to standard output, in the format and at the level of the config. */
  readonly logger?: Logger;
}

/**
 * Runs a worker until SIGTERM or SIGINT. Call it once per process. It waits while Temporal is down. Throws `StartError` if the
 * worker can never start. Exit the process then, because Temporal's runtime keeps it alive.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { config, contracts, environment = readEnvironment() } = options;
  const logger = options.logger ?? logToStandardOutput(config);
  const metrics = installRuntime(logger, config.metricsAddress);
  for (const notice of config.notices) logger.info(notice);
  let workers: Workers | null = null;
  // Serve health checks before waiting: while Temporal is down, the worker is live but not ready.
  const closeHealth = await serveHealth(config.healthAddress, () => workers?.isReady() ?? false);
  const { connection, namespace } = await interruptible(() => connectTemporal(environment, logger));
  const { taskQueue } = config;
  const memoryBytes = config.memoryMiB * 1_024 * 1_024;
  const kafka = createKafka({
    ...config.kafka,
    clientId: `millrace-${taskQueue}`,
    limits: { maxExpandedBatchBytes: largestBatchBytes(memoryBytes) },
  });
  const clickhouse = createClickHouse({
    ...config.clickhouse,
    createTables: config.createTables,
    layout: EVENT_LAYOUT,
    contracts,
    onHost: (message) => {
      logger.warn(message);
    },
  });
  const client = new Client({ connection, namespace });
  const stops: (() => unknown)[] = [];
  try {
    const measuring = createMeasuring(metrics);
    const activities = createActivities({
      ...measuring.ports({ ...kafka, ...clickhouse }),
      workflows: createWorkflowLookUp(client),
      messages: createPipelineMessages(client),
      decoder: createDecoder({
        contract: EVENT_CONTRACT,
        transform,
        path: config.decoder === 'bytes' ? 'bytes' : 'zod',
      }),
      runReaders:
        config.decoder === 'bytes' ? runReadersOf(engineMemoryBytes(memoryBytes), logger) : null,
      declared: contracts,
      defaults: config.defaults,
      memoryBytes: batchMemoryBytes(memoryBytes),
    });
    workers = await createWorkers({
      connection,
      namespace,
      taskQueue,
      activities: measuring.activities(activities),
    });
    if (config.metricsAddress !== null) {
      stops.push(startWatching({ ...kafka, metrics, client, taskQueue, logger }));
    }
    logger.info('Worker started', { taskQueue, namespace });
    await workers.run();
  } finally {
    for (const stop of stops) stop();
    await Promise.all([kafka.close(), clickhouse.close(), closeHealth()]);
    await connection.close();
  }
}

/** Logs in the format of the config. The default is readable lines on a terminal and JSON elsewhere. */
export function logToStandardOutput({ logFormat, logLevel }: Config): Logger {
  return createLogger({
    format: logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    level: logLevel,
    write: (line) => process.stdout.write(`${line}\n`),
  });
}

/** Readers of the engine, where it can be used. Otherwise logs one warning: only speed is lost. */
function runReadersOf(memoryBytes: number, logger: Logger): RunReaders {
  const load = () => {
    const engine = loadEngine();
    if (engine === null) {
      logger.warn(
        'The engine is not compiled, or this Node.js does not support SIMD in WebAssembly: records are read one by one, which makes the same rows more slowly. In a checkout, npm run engine compiles it',
      );
    }
    return engine;
  };
  return createRunReaders(load, {
    memoryBytes,
    onNoRoom: (contract) => {
      logger.warn(
        `The engine has no memory left for contract ${contract}, so the slower reference reader reads its records and makes the same rows. Raise MILLRACE_MEMORY_MIB, of which the engine gets an eighth`,
      );
    },
  });
}

/** Without a running worker, Temporal's runtime keeps SIGTERM and SIGINT from ending the process. */
async function interruptible<T>(work: () => Promise<T>): Promise<T> {
  const end = () => process.exit(0);
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.on(signal, end);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
