import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadEnvironment } from './environment.js';
import { startGuarded } from './guarded-process.js';
import { logTail } from './log-tail.js';
import type { Progress } from './progress.js';
import { StackError } from './stack-error.js';

export interface Download {
  /** What is downloaded, for people: `Kafka 4.1.1`. */
  readonly label: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder that receives the download. It contains no other large files. */
  readonly arrivals: string;
  readonly totalBytes: number;
  /** The folder for temporary files. */
  readonly scratch: string;
  readonly advice: string;
}

const POLL_MS = 300;

/** Runs a package manager, and shows its progress by the size of the files that it has written. */
export async function runDownload(download: Download, progress: Progress): Promise<void> {
  const { label, arrivals, totalBytes, scratch } = download;
  const logFile = join(scratch, 'log');
  const running = startGuarded({
    command: download.command,
    arguments: download.arguments,
    environment: { ...downloadEnvironment(), ...download.environment },
    workFolder: scratch,
    logFile,
  });
  let isOver = false;
  const show = async () => {
    const bytes = await sizeOf(arrivals);
    // Measuring takes a while, and the download may have ended meanwhile.
    if (!isOver) progress.show(label, Math.min(bytes, totalBytes), totalBytes);
  };
  const timer = setInterval(() => void show(), POLL_MS);
  await show();
  const how = await running.ended;
  isOver = true;
  clearInterval(timer);
  progress.end(label);
  if (how === 'ended with exit code 0') return;
  const tail = logTail(logFile, 0);
  throw new StackError(
    `${label} could not be downloaded: ${download.command} ${how}. The end of what it printed:\n\n${tail}\n\n${download.advice}`,
  );
}

/** Files come and go during the measurement. A file that is gone counts as 0. */
async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => {
      const file = await stat(join(folder, name)).catch(() => null);
      return file?.isFile() ? file.size : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
