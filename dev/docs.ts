// Writes the parts of docs/ that are generated from code.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { API_FOLDER, makeApiPages } from './docs/api-pages.js';
import { generatedPages } from './docs/generated-pages.js';

for (const { path, make } of generatedPages) {
  const options = await resolveConfig(path);
  writeFileSync(path, await format(make(), { ...options, filepath: path }));
}

const api = join('docs', API_FOLDER);
rmSync(api, { recursive: true, force: true });
for (const [name, text] of await makeApiPages()) {
  const path = join(api, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
