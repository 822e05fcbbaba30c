import type { Block } from '../../domain/blocks/block.js';
import type { DeadLetterReason } from '../../domain/dead-letters/dead-letter.js';
import type { BatchStats } from '../../domain/pipeline/batch-plan.js';
import type { WrittenBlock } from './write-block.js';

/** Counts the outcomes of the records of a batch. */
interface Tally {
  /** Counts a block that is written. Returns its dead letters by partition. */
  add(block: Block, written: WrittenBlock): ReadonlyMap<number, number>;
  /** In milliseconds since 1970. */
  sawOldest(timestampMs: number): void;
  counts(): Omit<BatchStats, 'attempt' | 'phases'>;
}

export function createTally(): Tally {
  const deadLetters: Partial<Record<DeadLetterReason, number>> = {};
  const sums = { records: 0, rows: 0, filtered: 0, bytes: 0, blocks: 0, alreadyThere: 0 };
  let repaired = 0;
  let oldestMs = Infinity;
  return {
    add(block, written) {
      sums.records += block.records;
      sums.rows += block.rows;
      sums.filtered += block.filtered;
      sums.bytes += block.valueBytes;
      sums.blocks += block.rows > 0 ? 1 : 0;
      sums.alreadyThere += written.alreadyThere;
      repaired += written.repaired;
      const byPartition = new Map<number, number>();
      for (const { partition, reason } of [...block.deadLetters, ...block.knownDeadLetters]) {
        byPartition.set(partition, (byPartition.get(partition) ?? 0) + 1);
        deadLetters[reason] = (deadLetters[reason] ?? 0) + 1;
      }
      return byPartition;
    },
    sawOldest(timestampMs) {
      oldestMs = Math.min(oldestMs, timestampMs);
    },
    counts() {
      const isUnknown = oldestMs === Infinity || sums.rows === 0;
      return {
        ...sums,
        repaired,
        deadLetters,
        oldestRecordMs: isUnknown ? null : Date.now() - oldestMs,
      };
    },
  };
}
