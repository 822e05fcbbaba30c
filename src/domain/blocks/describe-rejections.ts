import type { DeadLetter } from './block.js';

/** Limits carried state: each reason adds some 60 characters to a hold, and many partitions may be held. */
const MAX_REASONS = 5;

/** Longest part that is shown of the most frequent rule, because a transform's message may have any length. */
const MAX_ERROR_CHARACTERS = 300;

type Rejected = Pick<DeadLetter, 'partition' | 'offset' | 'reason' | 'error'>;

/** Why records were rejected, most frequent reason first, each with one example. It never quotes a record. */
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
