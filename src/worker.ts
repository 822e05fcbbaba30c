import { Client } from '@temporalio/client';
import { type Logger, type NativeConnection, Runtime } from '@temporalio/worker';
import { readFileSync } from 'node:fs';
import { createActivities } from './activities/create-activities.js';
import { createClickHouse } from './activities/clickhouse/clickhouse.js';
import { createKafka } from './activities/kafka/kafka.js';
import { createWorkflowLookUp } from './activities/temporal/workflow-look-up.js';
import { type Config, parseConfig } from './config.js';
import { EVENT_CONTRACT, expectedColumns } from './domain/event/contract.js';
import { createDecoder } from './domain/event/decoder.js';
import { transform } from './domain/event/transform.js';
import { connectTemporal } from './worker/connect.js';
import { readEnvironment } from './worker/environment.js';
import { serveHealth } from './worker/health.js';
import { createLogger } from './worker/log.js';
import { createWorkers } from './worker/run-workers.js';

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
  Runtime.install({ logger, telemetryOptions: telemetry(config) });
  for (const notice of config.notices) logger.info(notice);
  const { connection, namespace } = await interruptible(() => connectTemporal(environment, logger));
  try {
    await runWorker({ config, connection, namespace, logger });
  } finally {
    await connection.close();
  }
  return 0;
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

interface Running {
  readonly config: Config;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly logger: Logger;
}

async function runWorker({ config, connection, namespace, logger }: Running): Promise<void> {
  const { taskQueue, healthAddress } = config;
  const kafka = createKafka({ ...config.kafka, clientId: `millrace-${taskQueue}` });
  const clickhouse = createClickHouse({
    ...config.clickhouse,
    createTables: config.createTables,
    layout: EVENT_LAYOUT,
  });
  try {
    const activities = createActivities({
      ...kafka,
      ...clickhouse,
      workflows: createWorkflowLookUp(new Client({ connection, namespace })),
      decoder: createDecoder({ contract: EVENT_CONTRACT, transform, path: config.decoder }),
      defaults: config.defaults,
      memoryBytes: config.memoryMiB * 1_024 * 1_024,
    });
    const workers = await createWorkers({ connection, namespace, taskQueue, activities });
    const health = healthAddress && (await serveHealth(healthAddress, () => workers.isReady()));
    logger.info('Worker started', { taskQueue, namespace });
    await workers.run();
    if (health) await health.close();
  } finally {
    await Promise.all([kafka.close(), clickhouse.close()]);
  }
}

function telemetry({ metricsAddress }: Config) {
  return {
    logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
    ...(metricsAddress !== null && {
      metrics: {
        prometheus: {
          bindAddress: metricsAddress,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
        },
      },
    }),
  } as const;
}

process.exitCode = await main(readEnvironment());
