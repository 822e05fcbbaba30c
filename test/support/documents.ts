import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of the Markdown files that people read, relative to the root of the checkout. */
export const DOCUMENTS: readonly string[] = [
  ...markdownIn('.'),
  ...markdownIn('docs', { recursive: true }),
  ...markdownIn('dev/clickhouse'),
];

function markdownIn(folder: string, options: { readonly recursive?: boolean } = {}): string[] {
  return readdirSync(join(root, folder), { recursive: options.recursive ?? false })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .toSorted();
}
