import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Build step: copies the files that the compiler leaves out: the engine and the files of the embedded stack. The argument is
 * the folder of the build.
 */
const ASSETS = [
  'dev/kafka/pom.xml',
  'dev/stack/guard-folder.sh',
  'dev/stack/guard-process.sh',
] as const;

const ENGINE = 'src/engine/engine.wasm';

const root = fileURLToPath(new URL('..', import.meta.url));
const [build] = process.argv.slice(2);
if (build === undefined) throw new Error('give the folder of the build');
// `npm run build` compiles the engine first. A worker without it logs that when it first needs it.
const engine = existsSync(join(root, ENGINE)) ? [ENGINE] : [];
for (const asset of [...ASSETS, ...engine]) {
  const target = join(build, asset);
  await mkdir(dirname(target), { recursive: true });
  await cp(join(root, asset), target);
}
