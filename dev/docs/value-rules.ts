import { TYPE_FAMILIES } from '../../src/domain/types/families.js';
import { code, markdownTable } from './markdown-table.js';

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
  return markdownTable(head, rows);
}

function reads(variants: Readonly<Partial<Record<string, string>>>): readonly string[] {
  return Object.entries(variants).map(([name, accepts]) => `\`read: '${name}'\`: ${accepts ?? ''}`);
}
