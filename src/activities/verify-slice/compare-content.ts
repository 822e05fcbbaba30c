import type { BlockBuilder } from '../../domain/blocks/block-builder.js';
import {
  VERIFY_BLOCK_BYTES,
  VERIFY_BLOCK_ROWS,
  VERIFY_CHUNK_OFFSETS,
  VERIFY_HASH_BYTES,
  VERIFY_LISTED_ROWS,
} from '../../domain/limits.js';
import { logOf } from '../../domain/log/log.js';
import type { TableContents } from '../../domain/ports/table-contents.js';
import { pickRecords, type RecordRun } from '../../domain/records/record-run.js';
import type { JudgedPlan } from '../../domain/redrive/judge-letters.js';
import type { Comparison } from '../../domain/verify/comparison.js';
import { createContentComparison } from '../../domain/verify/content-comparison.js';
import { type ContentPlan, hashedValues } from '../../domain/verify/content-plan.js';
import type { ContentTally } from '../../domain/verify/content-tally.js';
import type { VerifySlice } from '../../domain/verify/plan.js';

/** Compares the values of some consecutive offsets of a partition. */
export interface ContentCheck {
  /** Adds the records of the run that have a row, as a pipeline would send them. */
  add(run: RecordRun): Promise<void>;
  /** To be called after the last record: reads the stored values and compares them. */
  compare(): Promise<void>;
  /** Gives back the memory of blocks that were not sent. */
  close(): void;
  /** Whether some value of the column differs. */
  differsIn(column: string): boolean;
  /** The tally of all that came before, and of these offsets. */
  addTo(before: ContentTally | undefined): Promise<ContentTally>;
}

export interface ContentDependencies {
  readonly contents: TableContents;
  readonly createBuilder: (plan: JudgedPlan) => BlockBuilder;
}

/** Memory of a block while it is built and sent, as a multiple of its values. */
const BLOCK_FACTOR = 2.5;

/** Offsets that are compared at once. */
export function contentChunk({ columns, sample }: ContentPlan): number {
  if (sample !== undefined) return VERIFY_CHUNK_OFFSETS;
  const fitting = Math.floor(VERIFY_HASH_BYTES / (4 * hashedValues(columns).length));
  return Math.max(1, Math.min(VERIFY_CHUNK_OFFSETS, fitting));
}

/** Memory that comparing the content of a chunk takes in addition to comparing its offsets, in bytes. */
export function contentBytes(plan: ContentPlan): number {
  const chunk = contentChunk(plan);
  // A hash for each value, a place for each offset, a bit for each difference.
  const rows = Math.min(plan.sample ?? chunk, chunk);
  const values = rows * hashedValues(plan.columns).length;
  return values * 4 + values / 8 + rows * 9 + chunk * 4 + VERIFY_BLOCK_BYTES * BLOCK_FACTOR;
}

export function createContentCheck(
  slice: VerifySlice & { readonly content: ContentPlan },
  { first, end, comparison }: { first: number; end: number; readonly comparison: Comparison },
  { contents, createBuilder }: ContentDependencies,
): ContentCheck {
  const { table, hasDeadLetters, content, range } = slice;
  const { partition } = range;
  const { columns, sample } = content;
  const names = columns.map(({ name }) => name);
  const capacity = Math.min(end - first, sample ?? end - first);
  const hashed = hashedValues(columns);
  const comparing = createContentComparison({ first, end, values: hashed, capacity, comparison });
  const builder = createBuilder(planFor(slice, { first, end, columns: names }));
  const takes = createChoice({ first, end, sample });

  const send = async () => {
    const block = builder.finish();
    try {
      if (block.rows === 0) return;
      await contents.hashesOf(block, hashed, (offset, hashes, place) => {
        comparing.addSent(offset, hashes, place);
      });
    } finally {
      builder.release(block);
    }
  };

  return {
    async add(run) {
      const indexes: number[] = [];
      for (let index = 0; index < run.count; index++) {
        const offset = run.offsets[index] ?? -1;
        if (!comparison.hasRow(offset) || !takes(offset)) continue;
        comparing.choose(offset);
        indexes.push(index);
      }
      if (indexes.length === 0) return;
      const picked = pickRecords(run, indexes);
      for (let from = builder.add(picked, 0); from < picked.count;) {
        await send();
        from = builder.add(picked, from);
      }
    },
    async compare() {
      if (!builder.isEmpty) await send();
      const { chosen } = comparing;
      if (chosen.length === 0) return;
      const only = chosen.length > VERIFY_LISTED_ROWS ? undefined : chosen;
      const log = logOf(slice);
      const offsets = { partition, first, end, columns, only };
      await contents.readHashes(table, log, offsets, (epoch, offset, hashes) => {
        comparing.addStored(epoch, offset, hashes);
      });
    },
    close: () => {
      builder.close();
    },
    differsIn: (column) => comparing.differingColumns().includes(column),
    async addTo(before) {
      const differing = new Set(comparing.differingColumns());
      if (differing.size === 0) return comparing.addTo(before, []);
      const firstSet = await contents.firstSet(table, logOf(slice), {
        partition,
        values: hashed.filter(({ name }) => differing.has(name)),
        hasDeadLetters,
      });
      return comparing.addTo(before, firstSet);
    },
  };
}

/** Chooses all rows, or with `sample` the first row in each of that many equal parts of the chunk. */
function createChoice({
  first,
  end,
  sample,
}: {
  readonly first: number;
  readonly end: number;
  readonly sample: number | undefined;
}): (offset: number) => boolean {
  if (sample === undefined) return () => true;
  let next = 0;
  return (offset) => {
    const part = Math.floor(((offset - first) * sample) / Math.max(sample, end - first));
    if (part < next) return false;
    next = part + 1;
    return true;
  };
}

function planFor(
  { topic, topicId, contract, range: { partition } }: VerifySlice,
  { first, end, columns }: { first: number; end: number; readonly columns: readonly string[] },
): JudgedPlan {
  return {
    ...{ topic, topicId },
    ...(contract && { contract }),
    ranges: [{ partition, epoch: 0, first: String(first), end: String(end) }],
    cut: {
      version: 1,
      maxRows: VERIFY_BLOCK_ROWS,
      maxBytes: VERIFY_BLOCK_BYTES,
      maxTablePartitions: 1,
      tablePartition: 'none',
      columns: [...columns, '_offset'],
      alone: [],
    },
  };
}
