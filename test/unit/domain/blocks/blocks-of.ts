import { expect } from 'vitest';
import type { Block, KnownDeadLetter } from '../../../../src/domain/blocks/block.js';
import type { BlockBuilder } from '../../../../src/domain/blocks/block-builder.js';
import type { Cut } from '../../../../src/domain/blocks/block-limits.js';
import type { RecordRun } from '../../../../src/domain/records/record-run.js';
import type { PlannedRange } from '../../../../src/domain/records/offset-range.js';
import { aBuilder, copyOf } from './block-of.js';
import { runOf, type TestRecord } from './records-in-memory.js';

export interface Fetch {
  readonly partition: number;
  readonly records: readonly TestRecord[];
  /** Set after the records: lower offsets hold no others. */
  readonly next: number;
}

export interface Batch {
  readonly ranges: readonly PlannedRange[];
  readonly fetches: readonly Fetch[];
  readonly cut: Partial<Cut>;
  readonly known?: readonly KnownDeadLetter[];
}

/** The blocks of one run, the last one unfinished. */
export function blocksOfRun(builder: BlockBuilder, run: RecordRun): readonly Block[] {
  return [...fullBlocks(builder, run), copyOf(builder.finish())];
}

/** Adds a run, and finishes a block whenever a record does not fit. */
function fullBlocks(builder: BlockBuilder, run: RecordRun): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = builder.add(run, 0); at < run.count; at = builder.add(run, at)) {
    blocks.push(copyOf(builder.finish()));
  }
  return blocks;
}

/** Builds a batch as an ingest does: fetch after fetch, finishing a block whenever a record does not fit. */
export function blocksOf({ ranges, fetches, cut, known = [] }: Batch): readonly Block[] {
  const builder = aBuilder({ ranges, cut, known });
  const blocks: Block[] = [];
  for (const { partition, records, next } of fetches) {
    if (records.length > 0) {
      blocks.push(...fullBlocks(builder, runOf(partition, records)));
    }
    builder.cover(partition, next);
  }
  if (!builder.isEmpty) blocks.push(copyOf(builder.finish()));
  expect(builder.isEmpty).toBe(true);
  return blocks;
}
