import type { Block } from '../../domain/blocks/block.js';
import { describeRejections } from '../../domain/blocks/describe-rejections.js';
import { refusesAgain, refusesMostRows } from '../../domain/holds/table-refuses.js';
import { mostlyRejected } from '../../domain/holds/too-many-rejections.js';
import type { BatchPlan, HeldRanges } from '../../domain/pipeline/batch-plan.js';
import { isRefusal } from '../../domain/insert-failures/decide.js';
import type { InsertError, InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { REJECTIONS_TOLERATED, REPEATS_BEFORE_HOLD } from '../../domain/limits.js';
import { writtenName } from '../../domain/table/table-name.js';
import type { BatchAttempt } from './batch-attempt.js';

/** Judged before any dead letter of the block is written. */
export function isMostlyRejected(
  { deadLetters, records }: Block,
  { toleratesRejections = REJECTIONS_TOLERATED }: Pick<BatchPlan, 'toleratesRejections'>,
): boolean {
  return deadLetters.length > Math.max(toleratesRejections, records / 2);
}

/** Holds only partitions with more rejected records than good ones. Others in the same block continue. */
export function tooManyRejections({ deadLetters, records, spans }: Block): HeldRanges {
  const rows = new Map<number, number>();
  const rejected = new Map<number, number>();
  for (const { partition, first, end } of spans) count(rows, partition, end - first);
  for (const { partition } of deadLetters) count(rejected, partition);
  return {
    partitions: [...rejected].flatMap(([partition, times]) =>
      times > (rows.get(partition) ?? 0) ? [partition] : [],
    ),
    reason: 'TooManyRejections',
    detail: mostlyRejected({
      deadLetters: deadLetters.length,
      records,
      byReason: describeRejections(deadLetters),
    }),
  };
}

/** The hold for a table that refused most of the rows that were sent alone. */
export function tableToBlame(
  blocks: readonly Block[],
  { message }: InsertError,
  { plan, isolation: { refusals } }: BatchAttempt,
): HeldRanges {
  const { refused, accepted } = refusals;
  const detail = refusesMostRows(writtenName(plan.table), {
    refused,
    accepted,
    lastError: message,
  });
  return { partitions: partitionsOf(blocks), reason: 'TableRefuses', detail };
}

/** Holds blocks that were refused so often that a person must decide. Until then throws `failed`, so that they are sent again. */
export function heldIfRepeated(
  failed: InsertFailed,
  blocks: readonly Block[],
  { plan, isolation, failures }: BatchAttempt,
): HeldRanges {
  const { error, after } = failed;
  const times = failures.countOf(error);
  if (!isRefusal(error) || times < REPEATS_BEFORE_HOLD) throw failed;
  const { inARow } = isolation.refusals;
  const isWhole = after === null ? error.view !== null : after.committed !== 'none';
  return {
    partitions: partitionsOf(blocks),
    reason: 'TableRefuses',
    detail: refusesAgain(writtenName(plan.table), { times, error: error.message, inARow, isWhole }),
    ...(error.view !== null && { view: error.view }),
    ...(isWhole && { isWhole }),
  };
}

function partitionsOf(blocks: readonly Block[]): readonly number[] {
  return [...new Set(blocks.flatMap(({ covered }) => covered.map(({ partition }) => partition)))];
}

function count<Key>(counts: Map<Key, number>, key: Key, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
