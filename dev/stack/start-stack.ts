import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { ensureEngine } from './engine-package.js';
import { externalAddresses } from './external-addresses.js';
import { claimFolder } from './folder-claim.js';
import { createGuardedFolder } from './guarded-folder.js';
import { ensureKafkaJars } from './kafka-jars.js';
import { checkPrerequisites } from './prerequisites.js';
import { createProgress } from './progress.js';
import { StackError } from './stack-error.js';
import type { StackOptions } from './stack-options.js';
import { type StartedServers, startServers } from './start-servers.js';
import { ensureTemporal } from './temporal-binary.js';

export interface Stack extends StartedServers {
  /** The folder with data and logs of all servers. */
  readonly folder: string;
  /** The program `temporal`. */
  readonly temporalProgram: string;
  /** The folder with Kafka's command line tools. */
  readonly kafkaToolFolder: string;
  /** Ends the servers, and removes their data unless it is to be kept. */
  stop(): Promise<void>;
}

/**
 * Starts real servers on this machine, on loopback only: Temporal with its UI, Kafka, and ClickHouse's engine. They end with
 * this process, however it ends.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  if (externalAddresses() !== null) {
    throw new StackError(
      'MILLRACE_STACK=external asks for your own servers, but this program needs servers that it may stop and kill. Unset MILLRACE_STACK.',
    );
  }
  await checkPrerequisites();
  const progress = createProgress(process.stderr);
  const [temporalProgram, kafkaJars, engineFolder] = await Promise.all([
    ensureTemporal(progress),
    ensureKafkaJars(progress),
    ensureEngine(progress),
  ]);
  const folder = await openFolder(options.data);
  try {
    const servers = await startServers({
      ...options,
      folder: folder.path,
      temporalProgram,
      kafkaJars,
      engineFolder,
    });
    const { temporal, kafka, clickHouse } = servers;
    return {
      ...servers,
      folder: folder.path,
      temporalProgram,
      kafkaToolFolder: kafkaJars.toolFolder,
      async stop() {
        await Promise.all([temporal.stop(), kafka.stop(), clickHouse.stop()]);
        await folder.close();
      },
    };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

interface OpenFolder {
  readonly path: string;
  close(): Promise<void>;
}

async function openFolder(data: string | undefined): Promise<OpenFolder> {
  if (data === undefined) {
    const { path, remove } = await createGuardedFolder(join(tmpdir(), 'millrace-stack-'));
    return { path, close: remove };
  }
  const path = resolve(data);
  await mkdir(path, { recursive: true });
  return { path, close: await claimFolder(path) };
}
