import type { LoneRecord } from '../pipeline/batch-plan.js';
import type { OffsetSpan } from './offset-range.js';

/** The record behind a row of a block, counted from 0; null where the block has no such row. */
export function offsetAt(spans: readonly OffsetSpan[], row: number): LoneRecord | null {
  let left = row;
  for (const { partition, first, end } of spans) {
    if (left < end - first) return { partition, offset: first + left };
    left -= end - first;
  }
  return null;
}
