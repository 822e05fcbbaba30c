import type { OffsetSpan } from './offset-range.js';

/**
 * Shares out the rows of one batch over the backlog of several partitions, in proportion to their lag, so that none
 * starves and all end together. Takes the backlog whole when it fits. Partitions keep their order.
 */
export function splitRows(backlog: readonly OffsetSpan[], rows: number): readonly OffsetSpan[] {
  const waiting = backlog.filter((span) => lag(span) > 0);
  const total = waiting.reduce((sum, span) => sum + lag(span), 0);
  if (total <= rows) return waiting;

  const shares = waiting.map((span) => Math.min(lag(span), Math.floor((rows * lag(span)) / total)));
  let left = rows - shares.reduce((sum, share) => sum + share, 0);
  const byLag = waiting.map((_, index) => index).sort((a, b) => lag(waiting[b]) - lag(waiting[a]));
  for (const index of byLag) {
    if (left === 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    left -= 1;
  }
  return waiting.flatMap((span, index) => {
    const share = shares[index] ?? 0;
    return share > 0 ? [{ ...span, end: span.first + share }] : [];
  });
}

function lag(span: OffsetSpan | undefined): number {
  return span === undefined ? 0 : span.end - span.first;
}
