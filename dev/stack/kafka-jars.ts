import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFolder, ensureCached } from './cache.js';
import { runDownload } from './download.js';
import type { Progress } from './progress.js';

/** What a broker needs to run. */
export interface BrokerJars {
  /** For `java -cp`. */
  readonly classPath: string;
}

export interface KafkaJars extends BrokerJars {
  /** Kafka's own command line tools. */
  readonly toolFolder: string;
}

const POM = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url));
/** The version of the broker and its tools. */
export const KAFKA_VERSION = '4.1.1';
/** The Maven goal that copies jars. */
export const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** Measured with an empty repository: the jars, and what Maven downloads to copy them. */
const TOTAL_BYTES = 65_000_000;

/** Kafka ships such scripts with its jars, but Maven downloads only the jars. */
const TOOLS = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-configs': 'kafka.admin.ConfigCommand',
};

export function kafkaJarsAreCached(): boolean {
  return cachedFolder(cacheName()).isThere;
}

export async function ensureKafkaJars(progress: Progress): Promise<KafkaJars> {
  const folder = await ensureCached(cacheName(), async ({ result, scratch }) => {
    // A separate repository, because Maven's shared one does not support two runs at once.
    const repository = join(scratch, 'repository');
    await mkdir(repository);
    await runDownload(
      {
        label: `Kafka ${KAFKA_VERSION}`,
        command: 'mvn',
        arguments: [
          '--batch-mode',
          `--file=${POM}`,
          `-Dmaven.repo.local=${repository}`,
          COPY_JARS,
          `-DoutputDirectory=${join(result, 'libs')}`,
        ],
        arrivals: repository,
        totalBytes: TOTAL_BYTES,
        scratch,
        advice: 'Check that Maven reaches its repository (a proxy goes into ~/.m2/settings.xml).',
      },
      progress,
    );
    await writeTools(join(result, 'bin'));
  });
  return { classPath: join(folder, 'libs', '*'), toolFolder: join(folder, 'bin') };
}

/** The name contains a hash of everything that determines the cached content. */
function cacheName(): string {
  const recipe = readFileSync(POM, 'utf8') + COPY_JARS + JSON.stringify(TOOLS) + script('');
  return `kafka-${KAFKA_VERSION}-${createHash('sha256').update(recipe).digest('hex').slice(0, 8)}`;
}

async function writeTools(folder: string): Promise<void> {
  await mkdir(folder);
  for (const [name, mainClass] of Object.entries(TOOLS)) {
    await writeFile(join(folder, name), script(mainClass));
    await chmod(join(folder, name), 0o755);
  }
}

function script(mainClass: string): string {
  return [
    '#!/bin/sh',
    'libs=$(cd "$(dirname "$0")/../libs" && pwd)',
    'java=java',
    '[ -n "$JAVA_HOME" ] && java=$JAVA_HOME/bin/java',
    `exec "$java" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$libs/*" ${mainClass} "$@"`,
    '',
  ].join('\n');
}
