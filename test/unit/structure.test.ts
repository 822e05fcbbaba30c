// Promise: the parts of src import each other in one direction, and so do its files. A part is a folder of src, and in domain
// and in adapters a subfolder. Deeper folders belong to their part, and a file outside of all parts is a part by itself. Checked
// on every import statement, including those of types.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Import {
  readonly from: string;
  readonly to: string;
}

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const imports = files.flatMap(importsOf);

test('no two parts of src import each other, directly or not', () => {
  const between = imports.filter(({ from, to }) => partOf(from) !== partOf(to));
  expect(between.length).toBeGreaterThan(files.length);
  expect(inCycles(between, partOf).map(written)).toEqual([]);
});

test('no two files import each other, directly or not', () => {
  expect(imports.length).toBeGreaterThan(files.length);
  expect(inCycles(imports, (file) => file).map(written)).toEqual([]);
});

test('a cycle is found with exactly the imports that make it', () => {
  const cycle = ['domain/log/a.ts > domain/ports/b.ts', 'domain/ports/b.ts > domain/log/c.ts'];
  const all = [...cycle, 'domain/log/a.ts > domain/records/d.ts', 'worker.ts > domain/log/a.ts'];
  const parsed = all.map((line) => {
    const [from = '', to = ''] = line.split(' > ');
    return { from, to };
  });
  expect(inCycles(parsed, partOf).map(written)).toEqual(cycle);
});

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom |\bimport |\bimport\()'(\.[^']+)\.js'/g)].map(
    ([, path = '']) => ({
      from: file,
      to: `${relative(SRC, join(SRC, dirname(file), path))}.ts`,
    }),
  );
}

function partOf(file: string): string {
  const folders = dirname(file).split('/');
  const [first = ''] = folders;
  if (first === '.') return file;
  if (first !== 'domain' && first !== 'adapters') return first;
  return folders.length > 1 ? folders.slice(0, 2).join('/') : file;
}

/** What is left after repeatedly removing files that import nothing or that nothing imports. */
function inCycles(all: readonly Import[], nodeOf: (file: string) => string): readonly Import[] {
  let left = all;
  for (;;) {
    const importing = new Set(left.map(({ from }) => nodeOf(from)));
    const imported = new Set(left.map(({ to }) => nodeOf(to)));
    const next = left.filter(
      ({ from, to }) => importing.has(nodeOf(to)) && imported.has(nodeOf(from)),
    );
    if (next.length === left.length) return next;
    left = next;
  }
}

function written({ from, to }: Import): string {
  return `${from} > ${to}`;
}
