import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WorkerBuild } from '../../support/worker-build.js';
import type { Edit, Mutation } from './mutations.js';

/** A copy of the built worker without one guard. */
export async function mutatedBuild(
  build: string,
  { edits }: Pick<Mutation, 'edits'>,
): Promise<WorkerBuild> {
  // Next to the build, because it finds its packages relative to its own folder.
  const folder = await mkdtemp(join(dirname(build), 'mutated-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await cp(build, folder, { recursive: true });
    for (const edit of edits) await apply(edit, folder);
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function apply({ file, find, replace }: Edit, folder: string): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file} holds ${parts.length - 1} times, instead of once: ${find}`);
  }
  await writeFile(path, parts.join(replace));
}
