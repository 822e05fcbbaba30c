import type { OffsetSpan } from './offset-range.js';

/**
 * From the first to the last offset of each partition, so that a question stays short however many holes the spans have:
 * what lies between and is of none of them is left aside by whoever asked.
 */
export function spanBounds(spans: readonly OffsetSpan[]): readonly OffsetSpan[] {
  const bounds = new Map<string, OffsetSpan>();
  for (const span of spans) {
    const key = `${span.partition}/${span.epoch}`;
    const known = bounds.get(key) ?? span;
    const first = Math.min(known.first, span.first);
    bounds.set(key, { ...known, first, end: Math.max(known.end, span.end) });
  }
  return [...bounds.values()];
}
