import type { Suggestion } from './suggest-contract.js';
import type { JudgedSample } from './judge-sample.js';
import type { Sample } from './read-sample.js';
import { counted, readableNumber } from '../../domain/readable-units.js';

/** How many of the fields without a column are shown. */
const MAX_UNSEEN = 30;

/** What was read, in one line. */
export function renderSize({ topic, records, partitions, bytes, isCut }: Sample): string {
  const each = records.length === 0 ? 0 : Math.round(bytes / records.length);
  const more = isCut ? '; more would not fit into memory' : '';
  return `topic ${topic}: the newest ${readableNumber(records.length)} records of ${partitions} partitions, ${readableNumber(bytes)} bytes, ${readableNumber(each)} each${more}`;
}

/** What a contract makes of the sample. */
export function renderJudged(
  contract: string,
  { rows, filtered, rejected, unseen }: JudgedSample,
  shown: number,
): string {
  const letters = rejected.reduce((sum, { count }) => sum + count, 0);
  const lines = [
    `contract ${contract}: ${counted(rows.length, 'row', 'rows')}, ${counted(letters, 'dead letter', 'dead letters')}, ${readableNumber(filtered)} filtered`,
  ];
  const some = rows.slice(0, shown);
  if (some.length > 0) lines.push('', `rows (the first ${some.length}):`);
  lines.push(...some.map((row) => `  ${printed(row)}`));
  if (rejected.length > 0) lines.push('', 'dead letters:');
  for (const { reason, error, count, partition, offset } of rejected) {
    lines.push(
      `  ${readableNumber(count)} ${reason}: ${error} (the first at partition ${partition}, offset ${offset})`,
    );
  }
  if (unseen.length > 0) lines.push('', 'fields without a column:');
  for (const { path, events } of unseen.slice(0, MAX_UNSEEN)) {
    lines.push(`  ${path}: in ${counted(events, 'event', 'events')}`);
  }
  if (unseen.length > MAX_UNSEEN) lines.push(`  and ${unseen.length - MAX_UNSEEN} more`);
  return lines.join('\n');
}

/** The columns that the events suggest. */
export function renderSuggested({ records, events, columns }: Suggestion): string {
  const width = Math.max(0, ...columns.map(({ name }) => name.length));
  const lines = columns.map(({ name, options, why }) => {
    const { type, read } = options;
    return `  ${name.padEnd(width)}  ${type}${read === undefined ? '' : `, read: ${read}`} (${why})`;
  });
  const others = records - events;
  return [
    ...(others === 0
      ? []
      : [counted(others, 'record is not a JSON object', 'records are not JSON objects')]),
    '',
    'columns inferred from the events (millrace init --from-topic writes them to a config):',
    ...lines,
  ].join('\n');
}

/** Replaces each bigint by a string with its digits. */
export function jsonSafe(value: object): object {
  return JSON.parse(printed(value)) as object;
}

function printed(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'bigint' ? String(each) : each,
  );
}
