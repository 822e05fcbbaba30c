import type { LetterList } from '../adapters/clickhouse/dead-letter-table/list-letters.js';
import type { Style } from './text/style.js';
import { type Column, number, tableLines } from './text/table.js';

const GROUP_COLUMNS: readonly Column[] = [
  { title: 'count', align: 'right' },
  { title: 'reason' },
  { title: 'path' },
  { title: 'stage' },
  { title: 'newest' },
];

const LETTER_COLUMNS: readonly Column[] = [
  { title: 'at' },
  { title: 'status' },
  { title: 'partition', align: 'right' },
  { title: 'offset', align: 'right' },
  { title: 'reason' },
  { title: 'path' },
  { title: 'error' },
];

/** Dead letters by reason and path, and the newest ones. */
export function deadLetterLines(
  { groups, newest }: LetterList,
  table: string,
  style: Style,
): readonly string[] {
  if (groups.length === 0) return [`${table} has no matching dead letters.`];
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const [groupTitles = '', ...groupRows] = tableLines(
    GROUP_COLUMNS,
    groups.map((each) => [
      ...[number(each.count), each.reason, printable(each.path), each.stage, each.newest],
    ]),
  );
  const [titles = '', ...rows] = tableLines(
    LETTER_COLUMNS,
    newest.map((each) => [
      ...[each.at, each.status, String(each.partition), each.offset],
      ...[each.reason, printable(each.path), printable(each.error)],
    ]),
  );
  return [
    `${style.bold(number(total))} in ${table}`,
    '',
    style.dim(groupTitles),
    ...groupRows,
    ...(newest.length === 0 ? [] : ['', style.dim(titles)]),
    ...rows.flatMap((row, index) => [row, ...content(newest[index])]),
  ];
}

function content(letter: LetterList['newest'][number] | undefined): readonly string[] {
  if (letter?.value === undefined) return [];
  const shown = (text: string | null | undefined) =>
    text === null || text === undefined ? 'null' : JSON.stringify(text);
  return [`  key ${shown(letter.key)}`, `  value ${shown(letter.value)}`];
}

/** Names of fields come from records: a control sequence in them must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
