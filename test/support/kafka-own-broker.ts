import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../dev/stack/free-port.js';
import { createGuardedFolder } from '../../dev/stack/guarded-folder.js';
import { ensureKafkaJars } from '../../dev/stack/kafka-jars.js';
import { kafkaCommand, SHORT_LIVED_JVM } from '../../dev/stack/kafka.js';
import type { KafkaSettings } from '../../dev/stack/kafka-settings.js';
import { createProgress } from '../../dev/stack/progress.js';
import { type Server, startServer } from '../../dev/stack/server.js';

/** A separate real broker for tests that kill it or need unusual settings. */
export interface OwnKafka {
  readonly server: Server;
  readonly address: string;
  stop(): Promise<void>;
}

export async function startOwnKafka(
  change: (settings: KafkaSettings) => KafkaSettings = (settings) => settings,
): Promise<OwnKafka> {
  const jars = await ensureKafkaJars(createProgress(process.stderr));
  const port = await freePort();
  const folder = await createGuardedFolder(join(tmpdir(), 'millrace-kafka-'));
  const command = await kafkaCommand({
    folder: folder.path,
    port,
    controllerPort: await freePort(),
    jars,
    flags: SHORT_LIVED_JVM,
    change: (settings) => change({ ...settings, ...IMPATIENT }),
  });
  const server = await startServer(command, { onEnd: () => undefined });
  return {
    server,
    address: `127.0.0.1:${port}`,
    stop: async () => {
      await server.stop();
      await folder.remove();
    },
  };
}

/** What brokers otherwise do every few minutes, for tests that wait for it. */
const IMPATIENT: KafkaSettings = {
  'log.cleaner.backoff.ms': '100',
  'log.retention.check.interval.ms': '500',
  'log.segment.delete.delay.ms': '100',
  'log.initial.task.delay.ms': '100',
};
