import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findJava } from '../../dev/stack/find-program.js';
import { freePort } from '../../dev/stack/free-port.js';
import { createGuardedFolder } from '../../dev/stack/guarded-folder.js';
import { ensureKafkaJars } from '../../dev/stack/kafka-jars.js';
import { type KafkaSettings, kafkaCommand } from '../../dev/stack/kafka.js';
import { createProgress } from '../../dev/stack/progress.js';
import { type Server, startServer } from '../../dev/stack/server.js';

/** A real broker of a test's own: to be killed, or to have settings that others would not want. */
export interface OwnKafka {
  readonly server: Server;
  readonly address: string;
  /** Runs one of Kafka's own programs, and gives what it prints. `input` goes to its standard input. */
  run(mainClass: string, args: readonly string[], input?: string): Promise<string>;
  /** The same, for programs that run until they are stopped. */
  start(mainClass: string, args: readonly string[]): { stop(): Promise<void> };
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
    change: (settings) => change({ ...settings, ...IMPATIENT }),
  });
  const server = await startServer(command, { onEnd: () => undefined });
  const java = findJava() ?? 'java';
  const argumentsOf = (mainClass: string, args: readonly string[]) => {
    return ['-XX:TieredStopAtLevel=1', QUIET, '-cp', jars.classPath, mainClass, ...args];
  };
  return {
    server,
    address: `127.0.0.1:${port}`,
    run: async (mainClass, args, input = '') => {
      const maxBuffer = 64 * 2 ** 20;
      const running = promisify(execFile)(java, argumentsOf(mainClass, args), { maxBuffer });
      running.child.stdin?.end(input);
      return (await running).stdout;
    },
    start: (mainClass, args) => {
      const program = spawn(java, argumentsOf(mainClass, args), { stdio: 'ignore' });
      const ended = once(program, 'exit');
      return {
        stop: async () => {
          program.kill('SIGKILL');
          await ended;
        },
      };
    },
    stop: async () => {
      await server.stop();
      await folder.remove();
    },
  };
}

const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';

/** What brokers do every few minutes, for tests that wait for it. */
const IMPATIENT: KafkaSettings = {
  'log.cleaner.backoff.ms': '100',
  'log.retention.check.interval.ms': '500',
  'log.segment.delete.delay.ms': '100',
  'log.initial.task.delay.ms': '100',
};
