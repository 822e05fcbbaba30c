import type { OffsetSpan } from './offset-range.js';

/** What is left of a range when these parts of it are filled, as ranges of their own. */
export function unfilled(range: OffsetSpan, filled: readonly OffsetSpan[]): readonly OffsetSpan[] {
  const { partition, epoch } = range;
  const parts = filled
    .filter((part) => part.partition === partition && part.epoch === epoch)
    .filter((part) => part.first < range.end && part.end > range.first)
    .sort((a, b) => a.first - b.first);
  const left: OffsetSpan[] = [];
  let first = range.first;
  for (const part of parts) {
    if (part.first > first) left.push({ partition, epoch, first, end: part.first });
    first = Math.max(first, part.end);
  }
  if (first < range.end) left.push({ partition, epoch, first, end: range.end });
  return left;
}
