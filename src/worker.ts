import { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';
import { readFileSync } from 'node:fs';
import { createActivities } from './activities/create-activities.js';
import { createClickHouse } from './adapters/clickhouse/clickhouse.js';
import { createKafka } from './adapters/kafka/kafka.js';
import { createPipelineMessages } from './adapters/temporal/pipeline-messages.js';
import { createWorkflowLookUp } from './adapters/temporal/workflow-lookup.js';
import { ConfigFileError, loadConfigFile } from './config/config-file.js';
import { type Config, parseConfig } from './config/environment.js';
import type { Contract } from './domain/contract/define-contract.js';
import { EVENT_CONTRACT, expectedColumns } from './domain/contract/event-contract.js';
import { createDecoder } from './domain/formats/decoder.js';
import { transform } from './domain/contract/transform.js';
import { largestBatchBytes } from './domain/limits.js';
import { connectTemporal } from './worker/connect.js';
import { readEnvironment } from './config/load-environment.js';
import { serveHealth } from './worker/health.js';
import { installRuntime } from './worker/install-runtime.js';
import { createLogger } from './worker/log.js';
import { createMeasuring, startWatching } from './worker/telemetry/measure.js';
import { createWorkers, type Workers } from './worker/run-workers.js';
import { StartError } from './worker/start-error.js';

const EVENT_LAYOUT = {
  columns: expectedColumns(EVENT_CONTRACT),
  timeColumn: EVENT_CONTRACT.eventTime,
  idColumn: 'event_id',
};

type Environment = ReturnType<typeof readEnvironment>;

async function main(environment: Environment): Promise<number> {
  const parsed = parseConfig(environment, (path) => readFileSync(path, 'utf8'));
  if (parsed.kind === 'invalid') {
    const faults = parsed.faults.map((fault) => `  ${fault}\n`).join('');
    process.stderr.write(`The worker can't start with this environment:\n${faults}`);
    return 1;
  }
  const { config } = parsed;
  const logger = createLogger({
    format: config.logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    level: config.logLevel,
    write: (line) => process.stdout.write(`${line}\n`),
  });
  try {
    const { path, contracts } = await loadConfigFile(config.configFile, process.cwd());
    if (path !== null) {
      logger.info('Contracts loaded', { path, contracts: contracts.map(({ spec }) => spec.name) });
    }
    await runWorker({ config, contracts, environment, logger });
    return 0;
  } catch (error) {
    if (!(error instanceof StartError || error instanceof ConfigFileError)) throw error;
    process.stderr.write(`The worker can't start:\n  ${error.message}\n`);
    // An installed runtime without workers would keep the process for ever.
    process.exit(1);
  }
}

interface WorkerOptions {
  readonly config: Config;
  readonly contracts: readonly Contract[];
  readonly environment: Environment;
  readonly logger: Logger;
}

async function runWorker(options: WorkerOptions): Promise<void> {
  const { config, contracts, environment, logger } = options;
  const metrics = installRuntime(logger, config.metricsAddress);
  for (const notice of config.notices) logger.info(notice);
  let workers: Workers | null = null;
  // Before anything is waited for: a worker whose Temporal is down is alive, and not ready.
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
      decoder: createDecoder({ contract: EVENT_CONTRACT, transform, path: config.decoder }),
      declared: contracts,
      defaults: config.defaults,
      memoryBytes,
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

process.exitCode = await main(readEnvironment());
