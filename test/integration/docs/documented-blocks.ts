import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** A separate test runs its commands. */
export const GETTING_STARTED = 'docs/getting-started.md';

/** Pages of which `commands.test.ts` runs every command. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'docs/operations.md',
  ...readdirSync(fileURLToPath(new URL('docs/guides', root))).map((name) => `docs/guides/${name}`),
];

/** Commands of all `sh` blocks, each once: joined over line ends, without trailing comments. */
export function documentedCommands(): readonly string[] {
  return [...new Set(DOCUMENTS.flatMap(commandsOf))];
}

/** Commands of one page in order, including repeated ones. */
export function commandsOf(document: string): readonly string[] {
  return blocksOf(document, 'sh').flatMap(commandsIn);
}

/** Statements of all `sql` blocks of the pages. */
export function documentedStatements(documents: readonly string[] = DOCUMENTS): readonly string[] {
  return documents
    .flatMap((document) => blocksOf(document, 'sql'))
    .flatMap((block) =>
      block
        .replaceAll(/^--.*\n/gm, '')
        .split(/;\s*$/m)
        .map((statement) => statement.trim())
        .filter((statement) => statement !== ''),
    );
}

/** The text of each block with this info string. */
export function blocksOf(document: string, info: string): readonly string[] {
  const text = readFileSync(new URL(document, root), 'utf8');
  const fence = new RegExp(`^\`\`\`${info}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fence)].map(([, block = '']) => block);
}

function commandsIn(block: string): readonly string[] {
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) =>
      line
        .replace(/\s+# .*$/, '')
        .replaceAll(/ {2,}/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '' && !line.startsWith('#'));
}
