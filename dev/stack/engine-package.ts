import { createRequire } from 'node:module';
import process from 'node:process';
import { ensureCached } from './cache.js';
import { runDownload } from './download.js';
import type { Progress } from './progress.js';

/** ClickHouse's engine. A checkout has it as a development package. An installed Millrace downloads it when it is needed. */
export const CHDB_VERSION = '3.4.0';

/** Unpacked size, measured on Linux x64 and similar on other platforms. The download is a third of it. */
const TOTAL_BYTES = 570_000_000;

/** The folder whose packages contain the engine; null if this package's own do. */
export async function ensureEngine(progress: Progress): Promise<string | null> {
  if (hasOwnEngine()) return null;
  const name = cacheName();
  return ensureCached(name, async ({ result, scratch }) => {
    await runDownload(
      {
        label: `ClickHouse's engine (chdb ${CHDB_VERSION})`,
        command: 'npm',
        arguments: [
          ...['install', '--prefix', result, '--no-audit', '--no-fund', '--no-package-lock'],
          ...['--legacy-peer-deps', '--include=optional', `chdb@${CHDB_VERSION}`],
        ],
        arrivals: result,
        totalBytes: TOTAL_BYTES,
        scratch,
        advice: 'Check that npm reaches its registry (npm ping).',
      },
      progress,
    );
  });
}

function cacheName(): string {
  return `chdb-${CHDB_VERSION}-${process.platform}-${process.arch}`;
}

function hasOwnEngine(): boolean {
  const suffix = process.platform === 'linux' ? '-gnu' : '';
  const library = `@chdb/lib-${process.platform}-${process.arch}${suffix}/package.json`;
  const require = createRequire(import.meta.url);
  try {
    createRequire(require.resolve('chdb')).resolve(library);
    return true;
  } catch {
    return false;
  }
}
