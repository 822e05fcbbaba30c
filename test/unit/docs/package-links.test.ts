// Promise: the docs in the npm package can be followed without a checkout: every link and image in them leads to a file of the
// package. Checked with the list of files that `npm pack` gives.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Without its scripts: they would build. */
function packedFiles(): ReadonlySet<string> {
  const packing = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const printed = execFileSync('npm', packing, {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: 100_000_000 },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(printed) as { readonly files: readonly { path: string }[] }[];
  return new Set(packed?.files.map(({ path }) => path));
}

/** Links, and images of HTML. What is written as code is no link. */
function targetsIn(document: string): readonly string[] {
  const text = readFileSync(join(root, document), 'utf8')
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)|<img[^>]* src="([^"]+)"/g)]
    .map(([, link, image]) => link ?? image ?? '')
    .filter((target) => !/^(https?:|#)/.test(target));
}

test('links of the packed docs lead to packed files', () => {
  const files = packedFiles();
  const documents = [...files].filter((file) => file.endsWith('.md'));
  expect(documents).toContain('docs/README.md');
  const dead = documents.flatMap((document) =>
    targetsIn(document)
      .map((target) => normalize(join(dirname(document), target.split('#')[0] ?? '')))
      .filter((path) => !files.has(path.replace(/\/$/, '')))
      .map((path) => `${document}: ${path}`),
  );
  expect(dead).toEqual([]);
});

test('the package has no file of a developer or of a test run', () => {
  const odd = [...packedFiles()].filter((file) =>
    /(^|\/)(node_modules|test|bench|src|\.env)(\/|$)/.test(file.replace(/^dist\/src\//, 'dist/')),
  );
  expect(odd).toEqual([]);
});
