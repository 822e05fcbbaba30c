import { expect } from 'vitest';
import type { Block, KnownDeadLetter } from '../../../../src/domain/blocks/block.js';
import type { Cut } from '../../../../src/domain/blocks/block-limits.js';
import type { PlannedRange } from '../../../../src/domain/records/offset-range.js';
import { aBuilder, copyOf } from './block-of.js';
import { runOf, type TestRecord } from './records-in-memory.js';

export interface Fetch {
  readonly partition: number;
  readonly records: readonly TestRecord[];
  /** Told after the records: offsets below hold no others. */
  readonly next: number;
}

export interface Batch {
  readonly ranges: readonly PlannedRange[];
  readonly fetches: readonly Fetch[];
  readonly cut: Partial<Cut>;
  readonly known?: readonly KnownDeadLetter[];
}

/** Builds a batch as an ingest does: fetch after fetch, finishing a block whenever a record is refused. */
export function blocksOf({ ranges, fetches, cut, known = [] }: Batch): readonly Block[] {
  const builder = aBuilder({ ranges, cut, known });
  const blocks: Block[] = [];
  for (const { partition, records, next } of fetches) {
    if (records.length > 0) {
      const run = runOf(partition, records);
      for (let at = builder.add(run, 0); at < run.count; at = builder.add(run, at)) {
        blocks.push(copyOf(builder.finish()));
      }
    }
    builder.cover(partition, next);
  }
  if (!builder.isEmpty) blocks.push(copyOf(builder.finish()));
  expect(builder.isEmpty).toBe(true);
  return blocks;
}
