import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Part of the build: copies what the embedded stack needs and the compiler leaves out. The argument is the folder of the build. */
const ASSETS = [
  'dev/kafka/pom.xml',
  'dev/stack/guard-folder.sh',
  'dev/stack/guard-process.sh',
] as const;

const root = fileURLToPath(new URL('..', import.meta.url));
const [build] = process.argv.slice(2);
if (build === undefined) throw new Error('give the folder of the build');
for (const asset of ASSETS) {
  const target = join(build, asset);
  await mkdir(dirname(target), { recursive: true });
  await cp(join(root, asset), target);
}
