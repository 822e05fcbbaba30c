import { writtenIdentifier } from '../../../domain/table/table-name.js';
import type { TablePartition } from '../../../domain/table/target.js';

const FUNCTIONS: ReadonlyMap<string | undefined, TablePartition> = new Map([
  ['toYYYYMMDD', 'day'],
  ['toDate', 'day'],
  ['toStartOfDay', 'day'],
  ['toYYYYMM', 'month'],
  ['toStartOfMonth', 'month'],
  ['toYear', 'year'],
  ['toStartOfYear', 'year'],
]);

/** What a partition key, as the server writes it, makes of the event time. A key of anything else is `unknown`. */
export function tablePartition(partitionKey: string, timeColumn: string): TablePartition {
  const key = partitionKey.trim();
  if (key === '' || key === 'tuple()') return 'none';
  const call = /^(\w+)\((.*)\)$/s.exec(key);
  if (call?.[2] !== writtenIdentifier(timeColumn)) return 'unknown';
  return FUNCTIONS.get(call[1]) ?? 'unknown';
}
