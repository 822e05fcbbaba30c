import type { DeadLetter } from './block.js';

/** Each reason costs a hold some 60 characters of carried state, and there are holds of many partitions. */
const MAX_REASONS = 5;

/** The rule that most of them broke is said in full, up to here: a transform's own words may be of any length. */
const MAX_ERROR_CHARACTERS = 300;

type Rejected = Pick<DeadLetter, 'partition' | 'offset' | 'reason' | 'error'>;

/** Why records were rejected, most frequent reason first, each with one record to look at. Never quotes a record. */
export function describeRejections(rejected: readonly Rejected[]): string {
  const byReason = new Map<string, { readonly first: Rejected; count: number }>();
  for (const each of rejected) {
    const known = byReason.get(each.reason);
    if (known === undefined) byReason.set(each.reason, { first: each, count: 1 });
    else known.count += 1;
  }
  const reasons = [...byReason.values()].toSorted((a, b) => b.count - a.count);
  const list = reasons.slice(0, MAX_REASONS).map(({ first, count }, rank) => {
    const { reason, partition, offset, error } = first;
    const rule = rank === 0 ? ` (${shortened(error)})` : '';
    return `${reason} ${count}, for example offset ${offset} of partition ${partition}${rule}`;
  });
  const others = reasons.length - list.length;
  const rest = others === 0 ? [] : [`${others} other reasons`];
  return [...list, ...rest].join('; ');
}

function shortened(error: string): string {
  if (error.length <= MAX_ERROR_CHARACTERS) return error;
  return `${error.slice(0, MAX_ERROR_CHARACTERS)}...`;
}
