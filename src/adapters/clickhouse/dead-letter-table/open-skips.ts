import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import { spanBounds } from '../../../domain/records/span-bounds.js';
import { sqlName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';
import type { Within } from '../schema/in-log.js';
import { overlaps, PARTITIONS_PER_QUERY } from './known-letters.js';
import { NEWEST_ROWS } from './newest-rows.js';

/** A range that was left out by decision, and why. */
export interface OpenSkip extends OffsetSpan {
  readonly why: string;
}

interface SkipRow {
  readonly partition: number;
  readonly epoch: number;
  readonly first: string;
  readonly end: string;
  readonly why: string;
}

/** Ranges left out by decision that hold some of these offsets, and were not filled since. */
export async function openSkips(
  server: Server,
  { table, condition, parameters, settings }: Within,
  spans: readonly OffsetSpan[],
): Promise<readonly OpenSkip[]> {
  const found: OpenSkip[] = [];
  const bounds = spanBounds(spans);
  for (let at = 0; at < bounds.length; at += PARTITIONS_PER_QUERY) {
    const some = bounds.slice(at, at + PARTITIONS_PER_QUERY);
    const rows = await server.rows<SkipRow>({
      sql:
        'SELECT _partition AS partition, _epoch AS epoch, toString(_offset) AS first, toString(_end) AS end, error AS why ' +
        `FROM ${sqlName(table)} FINAL WHERE ${condition} AND stage = 'skip' AND status = 'open' ` +
        `AND (${some.map(overlaps).join(' OR ')}) ORDER BY _epoch, _partition, _offset`,
      parameters,
      settings: { ...NEWEST_ROWS, ...settings },
    });
    found.push(
      ...rows.map(({ first, end, ...row }) => ({
        ...row,
        first: Number(first),
        end: Number(end),
      })),
    );
  }
  return found;
}
