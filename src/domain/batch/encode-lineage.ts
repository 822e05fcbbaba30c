import type { ColumnBuffer } from './columns.js';
import { LINEAGE_COLUMNS } from './lineage.js';
import type { OffsetSpan } from './range.js';

export type LineageColumn = (typeof LINEAGE_COLUMNS)[number]['name'];

export function isLineageColumn(name: string): name is LineageColumn {
  return LINEAGE_COLUMNS.some((column) => column.name === name);
}

/** The lineage of all rows of a block, which its spans tell whole. */
export function appendLineage(
  buffer: ColumnBuffer,
  column: LineageColumn,
  { topic, spans }: { readonly topic: string; readonly spans: readonly OffsetSpan[] },
): void {
  for (const { partition, epoch, first, end } of spans) {
    switch (column) {
      case '_topic':
        buffer.appendRepeatedText(topic, end - first);
        break;
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
