import { readFileSync } from 'node:fs';

export const DOCUMENTS = ['README.md', 'docs/operations.md', 'docs/from-spark.md'] as const;

const root = new URL('../../../', import.meta.url);

/** Commands of all `sh` blocks, each once: joined over line ends, without the comment behind it. */
export function documentedCommands(): readonly string[] {
  const commands = DOCUMENTS.flatMap((document) => blocks(document, 'sh').flatMap(commandsIn));
  return [...new Set(commands)];
}

/** Statements of all `sql` blocks of a document. */
export function documentedStatements(document: string): readonly string[] {
  return blocks(document, 'sql').flatMap((block) =>
    block
      .replaceAll(/^--.*\n/gm, '')
      .split(/;\s*$/m)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== ''),
  );
}

function blocks(document: string, language: string): readonly string[] {
  const text = readFileSync(new URL(document, root), 'utf8');
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
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
