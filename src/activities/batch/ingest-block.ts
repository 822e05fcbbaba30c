import type { Block, DeadLetter, RawRecord } from '../../domain/batch/block.js';
import { describeRejections } from '../../domain/batch/describe-rejections.js';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import type { HeldRanges } from '../../domain/batch/plan.js';
import { type NewCut, recut } from '../../domain/insert-failures/re-split.js';
import { refusalOf } from '../../domain/insert-failures/refusal.js';
import { REJECTIONS_TOLERATED } from '../../domain/limits.js';
import type { DeadLetterTable, EventTable, TableDirectory } from '../../domain/ports.js';
import { attemptName } from '../execution/execution.js';
import type { BatchAttempt } from './batch-attempt.js';
import type { BatchReport } from './batch-report.js';
import { writeBlock, type Written } from './write-block.js';

export type BlockStep =
  | { readonly kind: 'next' }
  | { readonly kind: 'recut'; readonly cut: NewCut }
  | { readonly kind: 'held'; readonly held: HeldRanges };

export interface BlockDependencies {
  readonly tables: TableDirectory;
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
}

const NOTHING_WRITTEN = {
  kind: 'written',
  alreadyThere: 0,
  repaired: 0,
  doubtfulViews: [],
} as const;

/** Dead letters first, then rows: a block counts as decided once both are acknowledged. */
export async function ingestBlock(
  block: Block,
  number: number,
  attempt: BatchAttempt,
  report: BatchReport,
  dependencies: BlockDependencies,
): Promise<BlockStep> {
  const { plan, phases } = attempt;
  if (!plan.acceptRejections && isMostlyRejected(block)) {
    return { kind: 'held', held: tooManyRejections(block) };
  }
  const written = await phases.during('insertMs', async () => {
    await setAside(block.deadLetters, number, attempt, dependencies);
    return write(block, number, attempt, dependencies);
  });
  if (written.kind === 'written') {
    report.decided(block, written);
    return { kind: 'next' };
  }
  const { action, error, sent } = written;
  if (action === 'bisect' && block.lone !== null) {
    const letter = refusedByTable(block.lone, error.message);
    await setAside([letter], number, attempt, dependencies);
    const decided = { ...block, rows: 0, spans: [], deadLetters: [...block.deadLetters, letter] };
    report.decided(decided, NOTHING_WRITTEN);
    return { kind: 'next' };
  }
  const columns = action === 'refresh' ? await columnsNow(attempt, dependencies) : plan.cut.columns;
  const cut = recut(plan.cut, sent, { action, error, columns });
  if (cut === null) throw new InsertFailed(error);
  const refusal = { code: refusalOf(new InsertFailed(error)).code, action };
  return { kind: 'recut', cut: { ...cut, refusal } };
}

function write(
  block: Block,
  number: number,
  { plan, log, execution, guard, signal }: BatchAttempt,
  { events }: BlockDependencies,
): Promise<Written> | Written {
  if (block.rows === 0) return NOTHING_WRITTEN;
  const id = { ...execution, lane: plan.lane, batch: plan.batch, block: number };
  return writeBlock(block, { plan, log, table: plan.table, events, guard, signal, id });
}

async function setAside(
  letters: readonly DeadLetter[],
  number: number,
  { plan, log, execution, guard, signal }: BatchAttempt,
  { deadLetters }: BlockDependencies,
): Promise<void> {
  const [first] = letters;
  if (first === undefined) return;
  await guard.assertMaySend();
  await deadLetters.insert(plan.table, log, letters, {
    // A killed server may know the token of letters that it lost. A letter that comes twice replaces itself, so that every
    // attempt can have a token of its own.
    token: `${attemptName(execution)}/${first.partition}-${first.offset}`,
    batch: `${execution.workflowId}/${plan.batch}`,
    id: { ...execution, lane: plan.lane, batch: plan.batch, block: number, send: 0 },
    signal,
  });
}

function refusedByTable(record: RawRecord, error: string): DeadLetter {
  return { ...record, stage: 'insert', reason: 'refused_by_table', path: '', error };
}

async function columnsNow(
  { plan }: BatchAttempt,
  { tables }: BlockDependencies,
): Promise<readonly string[]> {
  return (await tables.prepare(plan.table, plan.wishes)).target.columns;
}

/** Judged before any dead letter of the block is written. */
function isMostlyRejected({ deadLetters, records }: Block): boolean {
  return deadLetters.length > Math.max(REJECTIONS_TOLERATED, records / 2);
}

/** Partitions whose good records happen to stand in the same block go on. */
function tooManyRejections({ deadLetters, records, spans }: Block): HeldRanges {
  const rows = new Map<number, number>();
  const rejected = new Map<number, number>();
  for (const { partition, first, end } of spans) count(rows, partition, end - first);
  for (const { partition } of deadLetters) count(rejected, partition);
  return {
    partitions: [...rejected].flatMap(([partition, times]) =>
      times > (rows.get(partition) ?? 0) ? [partition] : [],
    ),
    reason: 'TooManyRejections',
    detail: `${deadLetters.length} of ${records} records would become dead letters: either they are bad, or the contract is. By reason: ${describeRejections(deadLetters)}.`,
  };
}

function count<Key>(counts: Map<Key, number>, key: Key, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
