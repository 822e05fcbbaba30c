import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import { type ReadContext, SharedFetcher } from './shared-fetcher.js';
import type { Slice } from './slice.js';

/**
 * The committed records of the ranges, one range after the other, fetched ahead while the caller works. Never commits and never
 * moves to another offset than the next. Ends at once when the signal aborts, with the signal's reason.
 */
export async function* readRanges(
  spans: readonly OffsetSpan[],
  context: ReadContext,
): AsyncGenerator<Slice> {
  const fetcher = new SharedFetcher(spans, context);
  try {
    for (const range of fetcher.ranges) {
      for (;;) {
        const slice = await fetcher.take(range);
        if (slice === null) break;
        yield slice;
      }
    }
  } finally {
    fetcher.close();
  }
}
