import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files that are not code: the engine and those of the embedded stack. */
const ASSETS = [
  'src/engine/engine.wasm',
  'dev/kafka/pom.xml',
  'dev/stack/guard-folder.sh',
  'dev/stack/guard-process.sh',
] as const;

/** Copies the files that the compiled code reads to the same places in the build. */
export async function copyAssets(root: string, build: string): Promise<void> {
  for (const asset of ASSETS) {
    const target = join(build, asset);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(root, asset), target);
  }
}
