import { TYPE_FAMILIES } from '../../src/domain/types/families.js';

/** What each family of types accepts, as a table of Markdown. */
export function valueRules(): string {
  const rows = TYPE_FAMILIES.flatMap(({ rule }) => (rule === null ? [] : [rule])).map((rule) => [
    rule.types,
    [rule.accepts, ...reads(rule.reads)].join('<br>'),
    rule.rejectedAs.map(code).join(', '),
    rule.storedAs ?? '',
    rule.inJavaScript,
  ]);
  const head = ['column', 'accepts', 'rejected as', 'stored otherwise', 'in a transform'];
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function reads(variants: Readonly<Partial<Record<string, string>>>): readonly string[] {
  return Object.entries(variants).map(([name, accepts]) => `\`read: '${name}'\`: ${accepts ?? ''}`);
}

function code(text: string): string {
  return `\`${text}\``;
}
