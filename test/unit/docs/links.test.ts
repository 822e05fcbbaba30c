// Promise: every link of the docs leads to an existing file, heading or image, and every script that is named exists. Checked
// over the Markdown files of the checkout.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DOCUMENTS } from '../../support/documents.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Code is not a link. */
const prose = (text: string) => text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');

/** As common viewers of Markdown generate them: a repeated heading gets a number. */
function anchorsOf(document: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const text = read(document).replaceAll(/^```.*?^```$/gms, '');
  for (const [, title = ''] of text.matchAll(/^#+ (.+)$/gm)) {
    const plain = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = plain;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${plain}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

test.each(DOCUMENTS)('links of %s lead somewhere', (document) => {
  const dead = [...prose(read(document)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !(file.endsWith('.md') && anchorsOf(file).has(anchor));
    });
  expect(dead).toEqual([]);
});

test('the index of the docs lists every page', () => {
  const index = read('docs/README.md');
  // The decision records have a separate index.
  const pages = DOCUMENTS.filter((document) => /^docs\/(?!README|decisions\/)/.test(document));
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual([]);
});

test('every image is used in a document', () => {
  const shown = DOCUMENTS.map(read).join('\n');
  const images = readdirSync(join(root, 'docs/images'));
  expect(images.filter((image) => !shown.includes(`images/${image}`))).toEqual([]);
});

test('every named script exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => script),
  );
  expect(named.length).toBeGreaterThan(5);
  expect([...new Set(named)].filter((script) => !(script in scripts))).toEqual([]);
});
