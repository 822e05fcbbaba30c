import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { findJava } from '../../dev/stack/find-program.js';
import { SHORT_LIVED_JVM } from '../../dev/stack/kafka.js';
import { ensureKafkaJars } from '../../dev/stack/kafka-jars.js';
import { createProgress } from '../../dev/stack/progress.js';

/** Runs one of Kafka's own programs, and returns its output. `input` goes to its standard input. */
export async function runKafkaProgram(
  mainClass: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const { program, flags } = await java(mainClass);
  const running = promisify(execFile)(program, [...flags, ...args], { maxBuffer: 64 * 2 ** 20 });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** The same for programs that run until they are stopped. Each output line is reported when it appears. */
export async function startKafkaProgram(
  mainClass: string,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const { program, flags } = await java(mainClass);
  const output = onLine === undefined ? 'ignore' : 'pipe';
  const running = spawn(program, [...flags, ...args], { stdio: ['ignore', output, 'ignore'] });
  const ended = once(running, 'exit');
  // Otherwise it would outlive a test that ends early.
  const kill = () => void running.kill('SIGKILL');
  process.once('exit', kill);
  if (onLine !== undefined && running.stdout !== null) {
    createInterface({ input: running.stdout }).on('line', onLine);
  }
  return {
    stop: async () => {
      kill();
      await ended;
      process.off('exit', kill);
    },
  };
}

async function java(mainClass: string) {
  const { classPath } = await ensureKafkaJars(createProgress(process.stderr));
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
  const flags = [...SHORT_LIVED_JVM, quiet, '-cp', classPath, mainClass];
  return { program: findJava() ?? 'java', flags };
}
