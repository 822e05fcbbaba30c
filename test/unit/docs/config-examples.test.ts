// Promise: the YAML config of the guide declares the same as the TypeScript one beside it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadConfigFile } from '../../../src/config/config-file.js';

const INDEX = fileURLToPath(new URL('../../../src/index.ts', import.meta.url));
const page = readFileSync('docs/contracts.md', 'utf8');

function block(language: string): string {
  const found = RegExp(`\`\`\`${language} config\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/contracts.md has no config in ${language}`);
  return found;
}

test('the YAML and the TypeScript example define the same config', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-guide-'));
  try {
    const [code, yaml] = [join(folder, 'a.ts'), join(folder, 'b.yaml')];
    writeFileSync(code, block('ts').replace("'millrace'", JSON.stringify(INDEX)));
    writeFileSync(yaml, block('yaml'));
    const [fromCode, fromYaml] = await Promise.all([
      loadConfigFile(code, folder),
      loadConfigFile(yaml, folder),
    ]);
    expect(fromYaml).toEqual({ ...fromCode, path: yaml });
    expect(Object.keys(fromYaml.pipelines)).toEqual(['orders']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
