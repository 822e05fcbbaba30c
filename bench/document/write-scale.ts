import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Section } from './section.js';
import { writeFormatted } from './write-formatted.js';

const DOCUMENT = fileURLToPath(new URL('../../docs/scale.md', import.meta.url));

const HEAD = `# Scale

How Millrace behaves with many partitions, many pipelines and uneven load. The command at the end of each section measures its figures and writes it.
`;

/** Puts sections between their markers in docs/scale.md, and new ones at its end. The rest of the page stays. */
export async function writeScale(
  sections: Readonly<Record<string, readonly Section[]>>,
): Promise<void> {
  let page = await readFile(DOCUMENT, 'utf8').catch(() => HEAD);
  for (const [name, [section]] of Object.entries(sections)) {
    if (section !== undefined) page = withSection(page, name, section.text);
  }
  if (page !== HEAD) await writeFormatted(DOCUMENT, page);
}

function withSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const marked = `${begin}\n\n${text}\n\n${end}`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) return `${page.trimEnd()}\n\n${marked}\n`;
  return `${page.slice(0, from)}${marked}${page.slice(to + end.length)}`;
}
