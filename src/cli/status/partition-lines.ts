import { counted, instant } from '../../domain/readable-units.js';
import type { PartitionStatus } from '../../domain/pipeline/pipeline-status.js';
import type { Style } from '../text/style.js';
import { type Column, number, tableLines } from '../text/table.js';

/** As many as fit on a screen together with the rest. */
const MAX_PARTITIONS = 10;

const COLUMNS: readonly Column[] = [
  { title: 'partition', align: 'right' },
  { title: 'next offset', align: 'right' },
  { title: 'log end', align: 'right' },
  { title: 'lag', align: 'right' },
  { title: 'rows', align: 'right' },
  { title: 'dead letters', align: 'right' },
  { title: 'waits for' },
];

/** A table of the partitions with the most lag, ordered by number. Partitions that wait for something take precedence. */
export function partitionLines(
  partitions: readonly PartitionStatus[],
  style: Style,
): readonly string[] {
  if (partitions.length === 0) return [];
  const shown = partitions
    .toSorted((a, b) => urgency(b) - urgency(a) || b.lag - a.lag)
    .slice(0, MAX_PARTITIONS)
    .toSorted((a, b) => a.partition - b.partition);
  const rows = shown.map((each) => [
    ...[each.partition, Number(each.cursor), Number(each.logEnd), each.lag].map(number),
    ...[each.rows, each.deadLetters].map(number),
    waitsFor(each, style),
  ]);
  const [titles = '', ...lines] = tableLines(COLUMNS, rows);
  const left = partitions.length - shown.length;
  const more =
    left > 0
      ? [style.dim(`${counted(left, 'more partition', 'more partitions')} with less lag`)]
      : [];
  return ['', style.dim(titles), ...lines, ...more];
}

function urgency({ hold, unavailable, openTransaction }: PartitionStatus): number {
  return hold !== undefined || unavailable !== undefined || openTransaction !== undefined ? 1 : 0;
}

function waitsFor({ hold, openTransaction, unavailable }: PartitionStatus, style: Style): string {
  const parts = [
    hold && `a decision: ${hold}`,
    unavailable &&
      `${unavailable.broker === null ? 'a leader' : `broker ${unavailable.broker}`} since ${instant(Date.parse(unavailable.since))}`,
    openTransaction &&
      `the transaction at offset ${openTransaction.firstOffset}, open since ${instant(Date.parse(openTransaction.since))}`,
  ];
  const text = parts.filter((part) => part !== undefined).join(', ');
  return text === '' ? '' : style.yellow(text);
}
