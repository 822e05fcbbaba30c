import type { Block } from '../../domain/blocks/block.js';
import {
  type AfterRefusal,
  type InsertError,
  InsertFailed,
} from '../../domain/insert-failures/insert-error.js';
import {
  type CutAction,
  isCut,
  isRefusal,
  onInsertError,
} from '../../domain/insert-failures/decide.js';
import type { BatchPlan } from '../../domain/pipeline/batch-plan.js';
import { selectRows } from '../../domain/blocks/select-rows.js';
import { canBeHalved } from '../../domain/insert-failures/re-split.js';
import { blockToken, missingToken, readBackToken } from '../../domain/blocks/token.js';
import { READ_BACK_ROUNDS, REPEATS_BEFORE_HOLD } from '../../domain/limits.js';
import type { Log } from '../../domain/log/log.js';
import { type TableName, writtenName } from '../../domain/table/table-name.js';
import type { EventTable, InsertId, OffsetSet } from '../../domain/ports/event-table.js';
import { awaitEarlierInserts, awaitUnasked, type Waiting } from '../attempt/running-inserts.js';
import type { RepeatedFailures } from './repeated-failures.js';
import type { SendGuard } from '../attempt/fencing.js';

export interface BlockContext {
  readonly plan: Pick<BatchPlan, 'pipelineId' | 'table' | 'findable' | 'earlierSends' | 'smaller'>;
  /** The log that the block's rows belong to. */
  readonly log: Log;
  readonly table: TableName;
  readonly events: EventTable;
  readonly guard: SendGuard;
  readonly signal: AbortSignal;
  readonly waiting: Waiting;
  readonly id: Omit<InsertId, 'send'>;
  readonly failures: Pick<RepeatedFailures, 'countOf' | 'mayArriveLate' | 'unanswered'>;
  /** A person decided to continue: rows of the block that the table refuses become dead letters. */
  readonly isAccepted: boolean;
}

export interface WrittenBlock {
  readonly kind: 'written';
  /** Rows that an earlier send had left in the table. */
  readonly alreadyThere: number;
  /** Rows that were missing although their insert was acknowledged, and were sent again. */
  readonly repaired: number;
  /** Views that may hold the repaired rows twice: ClickHouse passes rows on to views even if the table drops them. */
  readonly doubtfulViews: readonly string[];
}

/**
 * Nothing was sent, and the rows may be split differently.
 * - `configured`: `configure` has asked for smaller blocks.
 * - `unanswered`: ClickHouse answers queries, but connections end while the block is sent: something on the way does not let a
 *   body of its size through.
 */
export interface GivenUp {
  readonly kind: 'given-up';
  readonly why: 'configured' | 'unanswered';
}

export type Written =
  | WrittenBlock
  | GivenUp
  | {
      readonly kind: 'refused';
      readonly action: CutAction;
      readonly error: InsertError;
      readonly after: AfterRefusal;
      /** What was sent: the block, or those of its rows that were missing. */
      readonly sent: Block;
    };

/**
 * Writes every row of a block to the table exactly once. The first send relies on its token. Every send that may follow an
 * unfinished one waits until earlier ones have ended, asks which rows are there, sends the missing ones, and reads back, because
 * a killed server may acknowledge a repeat although it has lost the rows.
 */
export async function writeBlock(block: Block, context: BlockContext): Promise<Written> {
  const { plan, id } = context;
  const token = blockToken(plan, block.spans);
  const { send, unanswered } = sender(context);
  const first = plan.earlierSends === 'none' && id.attempt === 1;
  try {
    if (!plan.findable || first) {
      const writtenRows = await send(block, token);
      // The count includes rows of views, so it may be higher than the block's. If it is lower, or missing, rows may be missing.
      if (!plan.findable || writtenRows >= block.rows) return written(0);
      return await readBack(block, token, send, context);
    }
    const present = await lookBehindFence(block, context);
    const why = await whyGivenUp(block, present, context);
    if (why !== null) return { kind: 'given-up', why };
    if (await isWholeBlockDue(present, context)) await send(block, token);
    else await sendMissing(block, present, (spans) => missingToken(token, spans), send);
    return { ...(await readBack(block, token, send, context)), alreadyThere: present.size };
  } catch (error) {
    if (!(error instanceof InsertFailed)) throw error;
    const sent = unanswered();
    return await (sent ? refusal(error, sent, context) : failedToLook(error, block, context));
  }
}

type Send = (block: Block, token: string) => Promise<number>;

interface Sender {
  readonly send: Send;
  /** The block that was sent last, unless the server has acknowledged it. */
  readonly unanswered: () => Block | null;
}

function sender(context: BlockContext): Sender {
  const { plan, events, table, guard, signal, id } = context;
  let send = 0;
  let unanswered: Block | null = null;
  return {
    unanswered: () => unanswered,
    async send(block, token) {
      await guard.assertMaySend();
      send += 1;
      const isUntouched = async () => (await look(block, context)).size === 0;
      const options = { token, id: { ...id, send }, signal, ...(plan.findable && { isUntouched }) };
      unanswered = block;
      const { writtenRows } = await events.insert(table, block, options);
      unanswered = null;
      return writtenRows;
    },
  };
}

/** The rows of a block that the table holds, once no earlier insert can change that in a way that matters. */
async function lookBehindFence(block: Block, context: BlockContext): Promise<OffsetSet> {
  const { events, signal, waiting } = context;
  const self = { ...context.id, send: 0 };
  const unasked = await awaitEarlierInserts(self, context);
  const present = await look(block, context);
  if (unasked.length === 0 || (await isSafeUnasked(block, present, context))) return present;
  await awaitUnasked(self, { events, signal, waiting });
  return look(block, context);
}

/**
 * An insert that still runs on a host that can't be asked does no harm if this attempt sends nothing, or the same block under
 * the same token: ClickHouse drops whichever comes second. Rows under other tokens, or a part of the block, would be duplicated.
 */
async function isSafeUnasked(
  block: Block,
  present: OffsetSet,
  { events, table, plan }: BlockContext,
): Promise<boolean> {
  if (present.size === block.rows) return true;
  if (plan.earlierSends === 'unknown') return false;
  return present.size === 0 || (await events.views(table)).length > 0;
}

function look(block: Block, { events, table, log }: BlockContext): Promise<OffsetSet> {
  return events.present(table, log, block);
}

/**
 * Why the block may be split differently; null if it must be sent as it is. No earlier insert of it runs any more, so rows that
 * the table has are found in any split. But a view of the table gets the rows that it lacks only from the same block.
 */
async function whyGivenUp(
  block: Block,
  present: OffsetSet,
  context: BlockContext,
): Promise<GivenUp['why'] | null> {
  const { events, table, failures } = context;
  if (present.size === block.rows) return null;
  if (isLargerThanConfigured(block, context)) {
    const isFree = present.size === 0 || (await events.views(table)).length === 0;
    return isFree ? 'configured' : null;
  }
  const isDue = present.size === 0 && failures.unanswered >= REPEATS_BEFORE_HOLD;
  return isDue && canBeHalved(block) ? 'unanswered' : null;
}

function isLargerThanConfigured(block: Block, { plan: { smaller } }: BlockContext): boolean {
  if (smaller === undefined) return false;
  return block.rows > smaller.maxRows || block.valueBytes > smaller.maxBytes;
}

/**
 * Whether to send the whole block. Yes if none of its rows are there, so that the token drops a copy that another attempt may
 * have in flight. Also yes if the table has views, which may lack rows that the table holds, but only if those rows were sent
 * under this very token.
 */
async function isWholeBlockDue(
  present: OffsetSet,
  { events, table, plan }: BlockContext,
): Promise<boolean> {
  if (present.size === 0) return true;
  if (plan.earlierSends === 'unknown') return false;
  return (await events.views(table)).length > 0;
}

/** Resolves with the number of rows that were missing. */
async function sendMissing(
  block: Block,
  present: OffsetSet,
  tokenOf: (spans: Block['spans']) => string,
  send: Send,
): Promise<number> {
  const missing = selectRows(block, (partition, offset) => !present.has(partition, offset));
  if (missing.rows > 0) await send(missing, tokenOf(missing.spans));
  return missing.rows;
}

async function readBack(
  block: Block,
  token: string,
  send: Send,
  context: BlockContext,
): Promise<WrittenBlock> {
  const { events, table } = context;
  let repaired = 0;
  for (let round = 1; round <= READ_BACK_ROUNDS; round++) {
    const present = await look(block, context);
    const missing = await sendMissing(block, present, () => readBackToken(token, round), send);
    if (missing === 0) return written(repaired, repaired > 0 ? await events.views(table) : []);
    repaired += missing;
  }
  throw new Error(
    `rows are still missing from ${writtenName(table)} after ClickHouse acknowledged ${READ_BACK_ROUNDS} inserts of them: look for a TTL, a mutation or a merge that removes them`,
  );
}

function written(repaired: number, doubtfulViews: readonly string[] = []): WrittenBlock {
  return { kind: 'written', alreadyThere: 0, repaired, doubtfulViews };
}

/** Decides whether the same records may be split differently; throws if the same block must be sent again. */
async function refusal(
  { error }: InsertFailed,
  sent: Block,
  context: BlockContext,
): Promise<Written> {
  const { failures, isAccepted } = context;
  const { mayArriveLate } = failures;
  const known = { repeats: failures.countOf(error), mayArriveLate, isAccepted };
  const first = onInsertError(error, known);
  const isLookedAt = isCut(first) || (isAccepted && isRefusal(error));
  if (!isLookedAt) throw new InsertFailed(error, null, first);
  const after = await afterRefusal(sent, context);
  const action = onInsertError(error, { ...known, after });
  if (!isCut(action)) throw new InsertFailed(error, after, action);
  return { kind: 'refused', action, error, after, sent };
}

/** A query was refused. That says nothing about the rows, but a query about fewer rows takes less memory and time. */
async function failedToLook(
  { error }: InsertFailed,
  block: Block,
  context: BlockContext,
): Promise<Written> {
  const action = onInsertError(error);
  if (action === 'shrink') return refusal(new InsertFailed(error), block, context);
  throw new InsertFailed(error, null, isCut(action) ? 'retry' : action);
}

async function afterRefusal(sent: Block, context: BlockContext): Promise<AfterRefusal> {
  const { events, table } = context;
  const views = await events.views(table);
  return { table: writtenName(table), views, committed: await committed(sent, context) };
}

async function committed(sent: Block, context: BlockContext): Promise<AfterRefusal['committed']> {
  if (!context.plan.findable) return 'unknown';
  const { size } = await look(sent, context);
  if (size === 0) return 'none';
  return size === sent.rows ? 'all' : 'some';
}
