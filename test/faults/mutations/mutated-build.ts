import { cp, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCode } from '../../../dev/build/bundle-code.js';
import type { WorkerBuild } from '../../support/worker-build.js';
import type { Mutation } from './mutations.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A copy of the built worker without one guard. Its workflows keep the guard. */
export async function mutatedBuild(
  build: string,
  { edits }: Pick<Mutation, 'edits'>,
): Promise<WorkerBuild> {
  // Beside the build, so that it finds the same packages.
  const folder = await mkdtemp(join(dirname(dirname(build)), 'mutated-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await cp(dirname(build), folder, { recursive: true });
    await bundleCode({ root: ROOT, build: folder, edits });
    return { folder: join(folder, 'src'), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
