import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createGuardedFolder } from './guarded-folder.js';

/** Where downloaded servers are kept between runs, outside of the checkout. */
export function cacheFolder(): string {
  const { MILLRACE_CACHE: own, XDG_CACHE_HOME: user } = process.env;
  if (own) return own;
  return user ? join(user, 'millrace') : join(homedir(), '.cache', 'millrace');
}

/** The folder of one cached item. Its name contains the version, so its content never changes. */
export function cachedFolder(name: string): { readonly folder: string; readonly isThere: boolean } {
  const folder = join(cacheFolder(), name);
  return { folder, isThere: existsSync(folder) };
}

/**
 * Fills a folder of the cache unless it exists. The folder appears complete or not at all. If two runs fill it at the same time,
 * both use the result of the first one to finish.
 */
export async function ensureCached(
  name: string,
  fill: (scratch: { readonly result: string; readonly scratch: string }) => Promise<void>,
): Promise<string> {
  const { folder, isThere } = cachedFolder(name);
  if (isThere) return folder;
  const partial = await createGuardedFolder(join(cacheFolder(), '.partial-'));
  const scratch = partial.path;
  const result = join(scratch, 'result');
  try {
    await mkdir(result);
    await fill({ result, scratch });
    await rename(result, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await partial.remove();
  }
  return folder;
}
