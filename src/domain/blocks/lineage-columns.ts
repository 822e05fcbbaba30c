import type { ColumnBuffer } from './column-buffer.js';
import type { LineageColumn } from '../records/lineage.js';
import type { OffsetSpan } from '../records/offset-range.js';

/** Appends a lineage column for all rows of a block. The spans contain everything that it needs. */
export function appendLineage(
  buffer: ColumnBuffer,
  column: LineageColumn,
  of: { readonly topic: string; readonly topicId: string; readonly spans: readonly OffsetSpan[] },
): void {
  if (column === '_topic' || column === '_topic_id') {
    const rows = of.spans.reduce((sum, { first, end }) => sum + end - first, 0);
    buffer.appendDictionaryOf(column === '_topic' ? of.topic : of.topicId, rows);
    return;
  }
  for (const { partition, epoch, first, end } of of.spans) {
    switch (column) {
      case '_epoch':
        buffer.appendRepeatedUInt32(epoch, end - first);
        break;
      case '_partition':
        buffer.appendRepeatedUInt32(partition, end - first);
        break;
      case '_offset':
        buffer.appendUInt64Range(first, end);
        break;
    }
  }
}
