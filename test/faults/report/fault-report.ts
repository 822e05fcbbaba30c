import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** Parts of the page that a run writes. The rest is written by hand. */
export type PagePart = 'faults' | 'clusters' | 'mutations';

export const PAGE = fileURLToPath(new URL('../../../docs/reports/faults.md', import.meta.url));

export async function writePart(part: PagePart, content: string): Promise<void> {
  const page = replacePart(await readFile(PAGE, 'utf8'), part, content);
  const options = await resolveConfig(PAGE);
  await writeFile(PAGE, await format(page, { ...options, parser: 'markdown' }));
}

function replacePart(page: string, part: PagePart, content: string): string {
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${PAGE} lacks the lines ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`;
}
