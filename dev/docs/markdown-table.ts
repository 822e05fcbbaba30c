/** A table of Markdown, before prettier aligns it. A cell may hold Markdown; pipes in it are escaped. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** Text as code of Markdown. */
export function code(text: string): string {
  return `\`${text}\``;
}
