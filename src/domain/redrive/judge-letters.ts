import type { Buffer } from 'node:buffer';
import type { Block } from '../blocks/block.js';
import type { BlockBuilder } from '../blocks/block-builder.js';
import type { PlannedContract } from '../table/planned-contract.js';
import type { BatchPlan } from '../pipeline/batch-plan.js';
import type { Cut } from '../blocks/block-limits.js';
import type { RecordRun } from '../records/record-run.js';
import type { OpenLetter } from './open-letters.js';

export interface LetterPage {
  /** Contains the keys and the values. */
  readonly bytes: Buffer;
  /** In the order of epoch, partition and offset. */
  readonly letters: readonly OpenLetter[];
}

export interface JudgeOptions {
  readonly topic: string;
  readonly cut: Cut;
  /** Missing for `stream_events`. */
  readonly contract?: PlannedContract | undefined;
  createBuilder(plan: JudgedPlan): BlockBuilder;
}

/** The part of a plan that a block builder needs. */
export type JudgedPlan = Pick<BatchPlan, 'topic' | 'topicId' | 'contract' | 'ranges' | 'cut'>;

export interface JudgedBlock {
  readonly block: Block;
  /** Id of the log that the dead letters belong to. */
  readonly topicId: string;
}

/**
 * Judges the records of dead letters by the current contract and transform. Yields blocks of rows with the lineage of their
 * dead letters, together with the dead letters that are still rejected. A block is valid until the next one is requested.
 */
export function* judgeLetters(page: LetterPage, options: JudgeOptions): Generator<JudgedBlock> {
  for (const letters of byEpoch(page.letters)) {
    const topicId = letters[0]?.topicId ?? '';
    const runs = byPartition(letters).map((some) => runOf(page.bytes, some));
    const builder = options.createBuilder({ ...options, topicId, ranges: rangesOf(letters) });
    try {
      for (const block of blocksOf(runs, builder)) {
        try {
          yield { block, topicId };
        } finally {
          builder.release(block);
        }
      }
    } finally {
      builder.close();
    }
  }
}

function* blocksOf(runs: readonly RecordRun[], builder: BlockBuilder): Generator<Block> {
  for (const run of runs) {
    for (let at = builder.add(run, 0); at < run.count; at = builder.add(run, at)) {
      yield builder.finish();
    }
  }
  if (!builder.isEmpty) yield builder.finish();
}

function byEpoch(letters: readonly OpenLetter[]): readonly (readonly OpenLetter[])[] {
  return groups(letters, (a, b) => a.epoch === b.epoch && a.topicId === b.topicId);
}

function byPartition(letters: readonly OpenLetter[]): readonly (readonly OpenLetter[])[] {
  return groups(letters, (a, b) => a.partition === b.partition);
}

/** Groups dead letters, in their order, where two neighbours don't belong together. */
function groups(
  letters: readonly OpenLetter[],
  belong: (a: OpenLetter, b: OpenLetter) => boolean,
): readonly (readonly OpenLetter[])[] {
  const found: OpenLetter[][] = [];
  let last: OpenLetter | undefined;
  for (const letter of letters) {
    if (last !== undefined && belong(last, letter)) found.at(-1)?.push(letter);
    else found.push([letter]);
    last = letter;
  }
  return found;
}

function rangesOf(letters: readonly OpenLetter[]): BatchPlan['ranges'] {
  return byPartition(letters).flatMap((some) => {
    const [first] = some;
    const last = some.at(-1);
    if (first === undefined || last === undefined) return [];
    const { epoch, partition } = first;
    return [{ epoch, partition, first: String(first.offset), end: String(last.offset + 1) }];
  });
}

/** Rebuilds the records of the dead letters of one epoch and partition. */
function runOf(bytes: Buffer, letters: readonly OpenLetter[]): RecordRun {
  return {
    partition: letters[0]?.partition ?? 0,
    count: letters.length,
    bytes,
    offsets: Float64Array.from(letters, ({ offset }) => offset),
    timestamps: Float64Array.from(letters, ({ timestampMs }) => timestampMs),
    valueStarts: Int32Array.from(letters, ({ valueStart }) => valueStart),
    valueEnds: Int32Array.from(letters, ({ valueEnd }) => valueEnd),
    keyStarts: Int32Array.from(letters, ({ keyStart }) => keyStart),
    keyEnds: Int32Array.from(letters, ({ keyEnd }) => keyEnd),
    headers: (index) => letters[index]?.headers ?? [],
  };
}
