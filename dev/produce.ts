import { readFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Kafka, type KafkaConfig as KafkajsConfig, logLevel } from 'kafkajs';
import { type KafkaConfig, parseConfig } from '../src/config/environment.js';
import { readEnvironment } from '../src/config/load-environment.js';
import { runCommand } from './command-line/run-command.js';
import { UsageError } from './command-line/usage-error.js';
import { wholeNumber } from './command-line/whole-number.js';
import { ensureTopic } from './events/create-topic.js';
import { produceSamples } from './events/produce-samples.js';

/** `npm run produce`: writes sample events to the topic that the worker's environment names. */

const HELP = `npm run produce -- [options]

  --events N      how many (default: 10)
  --rate N        records per second (default: as fast as kafkajs can)
  --topic T       the topic (default: KAFKA_TOPIC); created with 4 partitions if it is missing
  --bad PERMILLE  how many in a thousand are invalid and become dead letters (default: 0)
  --seed N        the same seed makes the same events (default: random)

It connects to KAFKA_BOOTSTRAP_SERVERS, with the KAFKA_* security settings that the worker reads.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '10' },
      rate: { type: 'string' },
      topic: { type: 'string' },
      bad: { type: 'string', default: '0' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const parsed = parseConfig(readEnvironment(), (path) => readFileSync(path, 'utf8'));
  if (parsed.kind === 'invalid') {
    console.error(`This environment can't be used:\n${parsed.faults.join('\n')}`);
    return 1;
  }
  const { kafka: settings, defaults } = parsed.config;
  const topic = values.topic ?? defaults.topic;
  const seed = values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('seed', values.seed);
  const count = wholeNumber('events', values.events);
  const badPermille = wholeNumber('bad', values.bad);
  const pace = values.rate === undefined ? {} : { rate: wholeNumber('rate', values.rate) };
  const kafka = new Kafka(kafkajsConfig(settings));
  const partitions = await ensureTopic(kafka, topic);
  const options = { topic, partitions, seed, count, badPermille, ...pace };
  const bad = await produceSamples(kafka, { ...options, onProgress: showProgress(count) });
  const unfit = bad === 0 ? '' : `, ${bad} of them invalid,`;
  console.log(`${values.events} records${unfit} are in ${topic} (seed ${seed}).`);
  return 0;
}

function kafkajsConfig({ brokers, tls, sasl }: KafkaConfig): KafkajsConfig {
  const { ca, cert, key } = tls ?? {};
  return {
    clientId: 'millrace-produce',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 10_000,
    retry: { retries: 5 },
    ...(tls === null
      ? {}
      : {
          ssl: {
            ...(ca === undefined ? {} : { ca }),
            ...(cert === undefined ? {} : { cert }),
            ...(key === undefined ? {} : { key }),
          },
        }),
    ...(sasl === null ? {} : { sasl: { ...sasl, mechanism: sasl.mechanism as 'plain' } }),
  };
}

/** On a terminal, rewrites one line. Elsewhere there is only the line at the end. */
function showProgress(total: number): (produced: number) => void {
  return (produced) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${produced} of ${total} records\r`);
  };
}

/** Adds the same advice to every error of kafkajs. */
function explain(error: unknown): never {
  if (error instanceof UsageError || error instanceof TypeError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  throw new UsageError(
    `Producing failed: ${message}\nCheck KAFKA_BOOTSTRAP_SERVERS and that Kafka runs there (npm run stack starts one).`,
  );
}

runCommand(() => main().catch(explain));
