import { stripVTControlCharacters } from 'node:util';
import { readableNumber } from '../../domain/readable-units.js';

export interface Column {
  readonly title: string;
  /** Numbers are aligned right. The default is left. */
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/** Lines with aligned columns, the titles first. Cells may hold styles. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((cells) => shownLength(cells[index] ?? ''))),
  );
  return [titles, ...rows].map((cells) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const space = ' '.repeat((widths[index] ?? 0) - shownLength(cell));
        return align === 'right' ? space + cell : cell + space;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Lines of at most `width` columns, broken between words; a longer word has a line of its own. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = [...lines.slice(-1), word].join(' ');
    if (lines.length > 0 && shownLength(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function number(value: number | null): string {
  return value === null ? 'unknown' : readableNumber(value);
}

/** `invalid_json 10, wrong_type 2`, the largest first. */
export function countList(counts: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(counts)
    .map(([name, count = 0]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count)
    .map(({ name, count }) => `${name} ${number(count)}`)
    .join(', ');
}
