import type { Block, DeadLetter, RawRecord } from '../../domain/blocks/block.js';
import type { HeldRanges } from '../../domain/pipeline/batch-plan.js';
import type { InsertAction } from '../../domain/insert-failures/clickhouse-codes.js';
import {
  type CutAction,
  isAboutValues,
  isCut,
  isRefusal,
  onInsertError,
} from '../../domain/insert-failures/decide.js';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { halved, type NewCut, recut } from '../../domain/insert-failures/re-split.js';
import { refusalCode } from '../../domain/insert-failures/refusal.js';
import type { Unavailable } from '../../domain/log/topic-offsets.js';
import type { DeadLetterTable } from '../../domain/ports/dead-letter-table.js';
import type { EventTable } from '../../domain/ports/event-table.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import type { BatchAttempt } from './batch-attempt.js';
import type { BatchReport } from './batch-report.js';
import {
  heldIfRepeated,
  isMostlyRejected,
  tableToBlame,
  tooManyRejections,
} from './refused-holds.js';
import { setAside } from './set-aside.js';
import { checkTable } from './table-check.js';
import { type GivenUp, writeBlock, type Written, type WrittenBlock } from './write-block.js';

export type BlockStep =
  | { readonly kind: 'next' }
  | { readonly kind: 'recut'; readonly cut: NewCut }
  | { readonly kind: 'partial'; readonly unavailable: readonly Unavailable[] }
  | { readonly kind: 'held'; readonly held: HeldRanges };

export interface BlockDependencies {
  readonly tables: TableDirectory;
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
}

const NEXT = { kind: 'next' } as const;

const NOTHING_WRITTEN = {
  kind: 'written',
  alreadyThere: 0,
  repaired: 0,
  doubtfulViews: [],
} as const;

type Refused = Extract<Written, { kind: 'refused' }>;

/** A block that an attempt is ingesting. */
interface Ingesting {
  readonly block: Block;
  readonly number: number;
  readonly attempt: BatchAttempt;
  readonly report: BatchReport;
  readonly dependencies: BlockDependencies;
}

/** Writes dead letters first, then rows. A block counts as decided once both are acknowledged. */
export async function ingestBlock(
  block: Block,
  number: number,
  attempt: BatchAttempt,
  report: BatchReport,
  dependencies: BlockDependencies,
): Promise<BlockStep> {
  const { plan } = attempt;
  if (!plan.acceptRejections && isMostlyRejected(block, plan)) {
    return { kind: 'held', held: tooManyRejections(block) };
  }
  const ingesting = { block, number, attempt, report, dependencies };
  const written = await attempt.phases.during('insertMs', async () => {
    await setAside(block.deadLetters, number, attempt, dependencies);
    return write(ingesting);
  });
  if (written instanceof InsertFailed) return failed(written, ingesting);
  if (written.kind === 'given-up') return { kind: 'recut', cut: splitUnsent(written, ingesting) };
  if (written.kind === 'refused') return refused(written, ingesting);
  await accepted(written, ingesting);
  return NEXT;
}

function splitUnsent({ why }: GivenUp, { block, attempt }: Ingesting): NewCut {
  const { plan, failures } = attempt;
  const { cut, smaller } = plan;
  if (why === 'configured') {
    return { cut: { ...cut, ...smaller }, why: 'configure asked for smaller blocks' };
  }
  const message = `ClickHouse answers queries, but ${failures.unanswered} inserts in a row ended without an answer: a proxy in front of it may reject request bodies of that size`;
  return halved(cut, block, message);
}

async function write(ingesting: Ingesting): Promise<Written | InsertFailed> {
  const { block, number, attempt, dependencies } = ingesting;
  if (block.rows === 0) return NOTHING_WRITTEN;
  const { plan, log, execution, guard, waiting, signal, isolation } = attempt;
  const id = { ...execution, lane: plan.lane, batch: plan.batch, block: number };
  const isAccepted = isolation.isAccepted(block);
  const { events } = dependencies;
  const context = { plan, log, table: plan.table, events, guard, waiting, signal, id };
  try {
    return await writeBlock(block, { ...context, failures: isolation, isAccepted });
  } catch (error) {
    if (error instanceof InsertFailed) return error;
    throw error;
  }
}

async function accepted(
  written: WrittenBlock,
  { block, attempt: { isolation }, report }: Ingesting,
): Promise<void> {
  // Rows that were there before don't show what the table accepts now.
  if (block.rows > written.alreadyThere) {
    isolation.accepted(block.rows);
    await isolation.settle();
  }
  await isolation.decide(() => {
    report.decided(block, written);
  });
}

async function refused(written: Refused, ingesting: Ingesting): Promise<BlockStep> {
  const { block, attempt, report, dependencies } = ingesting;
  const { isolation, plan } = attempt;
  const { error, sent, after } = written;
  if (written.action === 'refresh' || written.action === 'bisect') {
    // The rows are only to blame if the table has not changed.
    const { held, found } = await checkTable(plan, dependencies.tables);
    if (held !== null) return { kind: 'held', held };
    report.tableIs(found);
  }
  const action = withColumns(written, ingesting);
  if (!isCut(action)) return stuck(new InsertFailed(error, after, action), ingesting);
  if (action === 'bisect' && block.lone !== null)
    return refusedAlone(block.lone, written, ingesting);
  const split = (by: CutAction) =>
    recut(plan.cut, sent, { action: by, error, columns: plan.cut.columns });
  let cut = split(action);
  // A block that a proxy finds too large can only be inserted record by record, if at all.
  if (cut === null && isolation.isAccepted(block) && isRefusal(error)) cut = split('bisect');
  if (cut === null) return stuck(new InsertFailed(error, after, action), ingesting);
  if (action === 'bisect' && !isAboutValues(error)) isolation.blame(error);
  return { kind: 'recut', cut: { ...cut, refusal: { code: refusalCode(error), action } } };
}

/** Sends the same block again, or holds it once that has been tried often enough. */
function stuck(failed: InsertFailed, { block, attempt }: Ingesting): BlockStep {
  return { kind: 'held', held: heldIfRepeated(failed, [block], attempt) };
}

/** If the table has all columns of the plan, it does not refuse because of the columns: a value may be the cause. */
function withColumns(
  { action, error, after }: Refused,
  { block, attempt: { isolation } }: Ingesting,
): InsertAction {
  if (action !== 'refresh') return action;
  const known = {
    after,
    repeats: isolation.countOf(error),
    areColumnsSame: true,
    isAccepted: isolation.isAccepted(block),
  };
  const decided = onInsertError(error, known);
  return decided === 'refresh' ? 'retry' : decided;
}

async function refusedAlone(
  record: RawRecord,
  { error, after }: Refused,
  ingesting: Ingesting,
): Promise<BlockStep> {
  const { block, number, attempt, report, dependencies } = ingesting;
  const { isolation } = attempt;
  const failed = new InsertFailed(error, after, 'retry');
  const letter = refusedByTable(record, error.message);
  const decide = async () => {
    await setAside([letter], number, attempt, dependencies);
    const decided = { ...block, rows: 0, spans: [], deadLetters: [...block.deadLetters, letter] };
    report.decided(decided, NOTHING_WRITTEN);
  };
  if (!isolation.isAccepted(block) && !isolation.refused(error)) {
    if (isAboutValues(error)) return { kind: 'held', held: tableToBlame([block], error, attempt) };
    return stuck(failed, ingesting);
  }
  const isProven = isAboutValues(error) || isolation.isAccepted(block);
  if (isProven) await isolation.decide(decide);
  else isolation.putOff({ block, failed }, decide);
  return NEXT;
}

function refusedByTable(record: RawRecord, error: string): DeadLetter {
  return { ...record, stage: 'insert', reason: 'refused_by_table', path: '', error };
}

/** Only sending the same block again can help, unless a person decided to continue without the view. */
async function failed(failure: InsertFailed, ingesting: Ingesting): Promise<BlockStep> {
  const { block, attempt, report } = ingesting;
  const { error, after } = failure;
  const isOnlyViewLacking = after?.committed === 'all' && after.views.length > 0;
  if (!isOnlyViewLacking || !attempt.isolation.isAccepted(block) || !isRefusal(error)) {
    return stuck(failure, ingesting);
  }
  await accepted({ ...NOTHING_WRITTEN, alreadyThere: block.rows }, ingesting);
  report.warn(
    `${after.views.join(', ')} does not have ${block.rows} rows of ${after.table}: it refused them, and somebody decided to continue without it`,
  );
  return NEXT;
}
