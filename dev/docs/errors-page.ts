import {
  CLICKHOUSE_CODES,
  type InsertAction,
} from '../../src/domain/insert-failures/clickhouse-codes.js';
import { DEAD_LETTER_REASONS } from '../../src/domain/dead-letters/dead-letter.js';
import { DEAD_LETTER_MEANINGS } from './dead-letter-meanings.js';
import { code, markdownTable } from './markdown-table.js';

const ACTIONS: Readonly<Record<InsertAction, string>> = {
  retry: 'The same block is sent again soon.',
  'slow-down': 'The same block is sent again after 5 s.',
  operator: 'The same block is sent again every 10 s, until the cause has been fixed.',
  shrink: 'The block is halved. After ten blocks have succeeded, blocks grow again.',
  split: 'The block is split, so that each part fills fewer table partitions.',
  refresh:
    'The worker reads the description of the table again, and plans the records for its current columns.',
  bisect: 'The rows at fault are isolated and become dead letters; the others become rows.',
};

/** What can go wrong with a record and with an insert, and what Millrace does then. */
export function errorsPage(): string {
  const reasons = DEAD_LETTER_REASONS.map((reason) => [code(reason), DEAD_LETTER_MEANINGS[reason]]);
  const codes = [...CLICKHOUSE_CODES]
    .toSorted(([one], [other]) => one - other)
    .map(([number, { name, action }]) => [String(number), code(name), code(action)]);
  const actions = Object.entries(ACTIONS).map(([action, meaning]) => [code(action), meaning]);
  return `# Errors

\`npm run docs\` writes this page from the code. The operations guide says what to do: [holds](../operations.md#holds), [errors that are retried](../operations.md#errors-that-are-retried), [a start that is refused](../operations.md#a-start-that-is-refused).

## Reasons of dead letters

The column \`reason\` of \`<table>_dead_letters\`, the label \`reason\` of \`millrace_dead_letters_total\`, and \`reasons\` in the input of \`redrive\`. [Value rules](../contracts.md#value-rules) says which type rejects what.

${markdownTable(['reason', 'meaning'], reasons)}

## ClickHouse's error numbers

What Millrace does when ClickHouse refuses an insert. The label \`action\` of \`millrace_refused_inserts_total\` has these names:

${markdownTable(['action', 'meaning'], actions)}

Any number that is not listed is retried. After three attempts in a row that end with it, the rows at fault are isolated, as for \`bisect\`. Error 252 with too many table partitions in one block is answered by \`split\`.

${markdownTable(['number', 'name', 'action'], codes)}
`;
}
