import { join } from 'node:path';
import { serverEnvironment } from '../../dev/stack/environment.js';
import { startGuarded } from '../../dev/stack/guarded-process.js';
import { logEnd, logTail } from '../../dev/stack/log-tail.js';
import type { Job, MoverProcess } from './mover.js';

export interface MoverCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const STOP_TIMEOUT_MS = 20_000;

/** Starts a mover's program in the folder of its job, without the environment of this process. */
export function startMoverProcess(
  { folder }: Pick<Job, 'folder'>,
  { command, arguments: given, environment = {} }: MoverCommand,
): MoverProcess {
  const logFile = join(folder, 'mover.log');
  const logStart = logEnd(logFile);
  const started = startGuarded({
    command,
    arguments: given,
    environment: { ...serverEnvironment(), ...environment },
    workFolder: folder,
    logFile,
  });
  let isExpected = false;
  let failure: string | null = null;
  void started.ended.then((how) => {
    if (!isExpected) failure = `${command} ${how}:\n${logTail(logFile, logStart)}`;
  });
  return {
    pid: started.pid,
    failure: () => failure,
    async kill() {
      isExpected = true;
      started.kill('SIGKILL');
      await started.ended;
    },
    async stop() {
      isExpected = true;
      started.kill('SIGTERM');
      const timer = setTimeout(() => {
        started.kill('SIGKILL');
      }, STOP_TIMEOUT_MS);
      await started.ended;
      clearTimeout(timer);
    },
  };
}
