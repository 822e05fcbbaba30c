import type { OffsetSpan } from './offset-range.js';

/**
 * How a batch is divided. `even`: every partition gets the same number of rows, or all that it has. `byLag`: in proportion
 * to the waiting records, as earlier releases did.
 */
export type Sharing = 'even' | 'byLag';

/**
 * Divides the rows of one batch among the backlog of several partitions. Takes the whole backlog if it fits. Partitions
 * keep their order.
 */
export function splitRows(
  backlog: readonly OffsetSpan[],
  rows: number,
  sharing: Sharing = 'even',
): readonly OffsetSpan[] {
  const waiting = backlog.filter((span) => lag(span) > 0);
  const total = waiting.reduce((sum, span) => sum + lag(span), 0);
  if (total <= rows) return waiting;
  const lags = waiting.map(lag);
  const shares = sharing === 'even' ? evenShares(lags, rows) : sharesByLag(lags, { rows, total });
  return waiting.flatMap((span, index) => {
    const share = shares[index] ?? 0;
    return share > 0 ? [{ ...span, end: span.first + share }] : [];
  });
}

/**
 * Partitions with a short backlog leave their rest to those with a long one (max-min fairness). The records of a partition
 * that keeps up do not wait for the backlog of a hot one.
 */
function evenShares(lags: readonly number[], rows: number): readonly number[] {
  const shares = lags.map(() => 0);
  let left = rows;
  const shortestFirst = lags.map((_, index) => index).sort((a, b) => at(lags, a) - at(lags, b));
  for (const [place, index] of shortestFirst.entries()) {
    const share = Math.min(at(lags, index), Math.floor(left / (lags.length - place)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

function sharesByLag(
  lags: readonly number[],
  { rows, total }: { readonly rows: number; readonly total: number },
): readonly number[] {
  const shares = lags.map((each) => Math.min(each, Math.floor((rows * each) / total)));
  let left = rows - shares.reduce((sum, share) => sum + share, 0);
  const longestFirst = lags.map((_, index) => index).sort((a, b) => at(lags, b) - at(lags, a));
  for (const index of longestFirst) {
    if (left === 0) break;
    shares[index] = at(shares, index) + 1;
    left -= 1;
  }
  return shares;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}

function lag(span: OffsetSpan): number {
  return span.end - span.first;
}
