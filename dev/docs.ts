// Writes the parts of docs/ that are made from code.
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { generatedPages } from './docs/generated-pages.js';

for (const { path, make } of generatedPages) {
  const options = await resolveConfig(path);
  writeFileSync(path, await format(make(), { ...options, filepath: path }));
}
