import { cancellationSignal } from '@temporalio/activity';
import type { BlockBuilder } from '../../domain/blocks/block-builder.js';
import type { Block } from '../../domain/blocks/block.js';
import type { Cut } from '../../domain/blocks/block-limits.js';
import { REDRIVE_BYTES, REDRIVE_LETTERS, TABLE_PARTITIONS_PER_BLOCK } from '../../domain/limits.js';
import { type Log, logOf } from '../../domain/log/log.js';
import { writtenName } from '../../domain/table/table-name.js';
import type { Target } from '../../domain/table/target.js';
import type { EventTable } from '../../domain/ports/event-table.js';
import type { TableContents } from '../../domain/ports/table-contents.js';
import type { WorkflowLookUp } from '../../domain/ports/workflows.js';
import type { LettersOf, OpenLetters } from '../../domain/redrive/open-letters.js';
import { type JudgedPlan, judgeLetters } from '../../domain/redrive/judge-letters.js';
import { type RedriveLetters, type RedriveOutcome, turnId } from '../../domain/redrive/plan.js';
import { countReasons, createLetterVerdicts, newlyClosed } from '../../domain/redrive/verdicts.js';
import type { MemoryBudget } from '../attempt/memory-budget.js';
import { createWaiting, type Waiting } from '../attempt/running-inserts.js';
import { type SendGuard, startSendGuard } from '../attempt/fencing.js';
import { currentExecution } from '../attempt/execution.js';
import { decision } from '../attempt/failures.js';
import { writeRows, type WrittenRows } from './write-rows.js';

export interface RedriveDependencies {
  readonly contents: TableContents;
  readonly events: EventTable;
  readonly openLetters: OpenLetters;
  readonly workflows: WorkflowLookUp;
  readonly memory: MemoryBudget;
  createBuilder(plan: JudgedPlan): BlockBuilder;
}

/** The values, the columns made of them, and copies of those that are still rejected. */
const MEMORY_FACTOR = 3;
const BESIDE_VALUES_BYTES = 8 * 1_024 * 1_024;

/** One attempt at a window, with what all its steps need. */
interface Attempt extends RedriveLetters, RedriveDependencies {
  readonly letters: LettersOf;
  readonly guard: SendGuard;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
}

/**
 * Works through the dead letters of a window. Writes rows first and closes their dead letters afterwards: if an attempt ends in
 * between, the next one finds the dead letters still open, and finds the rows.
 */
export async function redriveLetters(
  input: RedriveLetters,
  dependencies: RedriveDependencies,
): Promise<RedriveOutcome> {
  const { plan, window } = input;
  const signal = cancellationSignal();
  const guard = startSendGuard(dependencies.workflows);
  const of = { workflowId: turnId(plan), lane: 0, batch: window.number };
  const waiting = createWaiting(of, null);
  const attempt = { ...input, ...dependencies, letters: plan, guard, waiting, signal };
  try {
    const bytes = window.bytes * MEMORY_FACTOR + BESIDE_VALUES_BYTES;
    const release = await dependencies.memory.take(plan.topic, bytes, signal);
    try {
      return await (plan.action === 'drop' ? drop(attempt) : redrive(attempt));
    } finally {
      release();
    }
  } finally {
    guard.stop();
  }
}

const NOTHING: RedriveOutcome = {
  redriven: {},
  alreadyThere: 0,
  rejected: {},
  filtered: 0,
  dropped: {},
};

async function drop(attempt: Attempt): Promise<RedriveOutcome> {
  const { plan, window, openLetters, letters, guard, signal } = attempt;
  const page = await openLetters.read(letters, window);
  if (plan.dryRun) return { ...NOTHING, dropped: countReasons(page.letters) };
  await guard.assertMaySend();
  await openLetters.close(letters, page.letters, 'dropped', signal);
  const closed = await openLetters.closed(letters, window);
  return { ...NOTHING, dropped: newlyClosed(closed.dropped, window.droppedBefore) };
}

async function redrive(attempt: Attempt): Promise<RedriveOutcome> {
  const { plan, window, openLetters, letters, guard, signal } = attempt;
  const target = await targetOf(attempt);
  const page = await openLetters.read(letters, window);
  const verdicts = createLetterVerdicts(page.letters);
  let alreadyThere = 0;
  let number = 0;
  const { topic } = plan;
  const { contract } = target;
  const options = { ...attempt, topic, contract, cut: cutFor(target) };
  for (const judged of judgeLetters(page, options)) {
    const { block, topicId } = judged;
    number += 1;
    const written = await bring(block, number, target, {
      ...attempt,
      log: logOf({ topic, topicId }),
    });
    alreadyThere += written.alreadyThere;
    verdicts.add(block, written.refused);
  }
  const outcome = {
    ...NOTHING,
    redriven: countReasons(verdicts.redriven),
    alreadyThere,
    rejected: countReasons(verdicts.rejected),
    filtered: verdicts.filtered(),
  };
  if (plan.dryRun) return outcome;
  await guard.assertMaySend();
  await openLetters.close(letters, verdicts.redriven, 'redriven', signal);
  await openLetters.amend(letters, verdicts.amended, signal);
  // Letters that earlier attempts at this window have closed count as well.
  const closed = await openLetters.closed(letters, window);
  return { ...outcome, redriven: newlyClosed(closed.redriven, window.redrivenBefore) };
}

/** The table as this attempt finds it. It may store more columns than at the start, but never fewer. */
async function targetOf({ plan, contents }: Attempt): Promise<Target> {
  const name = writtenName(plan.table);
  const found = await contents.describe(plan.table, plan.contract);
  if (found === null)
    throw decision(
      `${name} no longer exists, so there is no table to insert into: restore it, and redrive again`,
    );
  if (found.unfit !== null) throw decision(found.unfit);
  const { columns } = found.target;
  const lost = (plan.columns ?? []).filter((column) => !columns.includes(column));
  if (lost.length === 0) return found.target;
  throw decision(
    `${name} no longer stores ${lost.join(', ')}: the remaining dead letters stay open. Restore the table and redrive them again, or redrive them again without those columns`,
  );
}

function cutFor({ columns, tablePartition }: Target): Cut {
  return {
    version: 1,
    maxRows: REDRIVE_LETTERS,
    maxBytes: REDRIVE_BYTES,
    maxTablePartitions: TABLE_PARTITIONS_PER_BLOCK,
    tablePartition,
    columns,
    alone: [],
  };
}

/** Writes the rows of a block to the table; in a dry run, only looks for them. */
async function bring(
  block: Block,
  number: number,
  target: Target,
  { plan, window, events, guard, waiting, signal, log }: Attempt & { readonly log: Log },
): Promise<WrittenRows> {
  const { findable } = target;
  if (block.rows === 0) return { alreadyThere: 0, refused: [] };
  if (plan.dryRun) {
    const present = findable ? await events.present(plan.table, log, block) : null;
    return { alreadyThere: present?.size ?? 0, refused: [] };
  }
  const { runId, attempt } = currentExecution();
  const id = { workflowId: turnId(plan), runId, attempt, lane: 0, batch: window.number };
  return writeRows(block, { plan, log, findable, events, guard, waiting, signal, id, number });
}
