import type { Block } from '../../domain/blocks/block.js';
import type { InsertAction } from '../../domain/insert-failures/clickhouse-codes.js';
import { isCut, onInsertError } from '../../domain/insert-failures/decide.js';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { offsetAt } from '../../domain/records/offset-range.js';
import { selectRows } from '../../domain/blocks/select-rows.js';
import type { Log } from '../../domain/log/log.js';
import type { EventTable, InsertId } from '../../domain/ports/event-table.js';
import { redriveOwner, type RedrivePlan } from '../../domain/redrive/plan.js';
import type { RefusedRow } from '../../domain/redrive/verdicts.js';
import type { Waiting } from '../attempt/running-inserts.js';
import type { SendGuard } from '../attempt/fencing.js';
import { writeBlock, type Written } from '../ingest-batch/write-block.js';

type Refused = Extract<Written, { kind: 'refused' }>;

export interface RowsContext {
  readonly plan: RedrivePlan;
  /** The log of the dead letters. */
  readonly log: Log;
  readonly findable: boolean;
  readonly events: EventTable;
  readonly guard: SendGuard;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  readonly id: Omit<InsertId, 'block' | 'send'>;
  /** Number of the block within its window. */
  readonly number: number;
}

export interface WrittenRows {
  /** Rows that were in the table before. */
  readonly alreadyThere: number;
  readonly refused: readonly RefusedRow[];
}

/**
 * Writes rows to the table, and always reconciles first: an earlier redrive may have left some there, in other blocks. A block that
 * the table refuses is halved until each row at fault is alone.
 */
export async function writeRows(block: Block, context: RowsContext): Promise<WrittenRows> {
  const { plan, log, findable, events, guard, waiting, signal, id, number } = context;
  const { table } = plan;
  const written = await writeBlock(block, {
    plan: { ...redriveOwner(plan), findable, earlierSends: 'unknown' },
    log,
    table,
    events,
    guard,
    waiting,
    signal,
    id: { ...id, block: number },
    // A dead letter stays open if its row is refused, so the number of the attempt is a good enough count of repeats.
    failures: { countOf: () => id.attempt, mayArriveLate: true, unanswered: 0 },
    isAccepted: false,
  });
  if (written.kind === 'given-up') throw new Error('A redrive must not give up a block');
  if (written.kind === 'written') return { alreadyThere: written.alreadyThere, refused: [] };
  const { error, after } = written;
  const action = withColumns(written, id.attempt);
  // The next attempt asks for the table's columns again.
  if (action === 'refresh' || !isCut(action)) throw new InsertFailed(error, after, action);
  const [first] = block.spans;
  if (block.rows > 1 || first === undefined) return writeHalves(block, context);
  if (action !== 'bisect') throw new InsertFailed(error);
  const { epoch, partition, first: offset } = first;
  return { alreadyThere: 0, refused: [{ epoch, partition, offset, error: error.message }] };
}

/** Later attempts have read the table's columns again, so the columns are no longer at fault. */
function withColumns({ action, error, after }: Refused, attempt: number): InsertAction {
  if (action !== 'refresh') return action;
  return onInsertError(error, { after, repeats: attempt, areColumnsSame: attempt > 1 });
}

async function writeHalves(block: Block, context: RowsContext): Promise<WrittenRows> {
  const middle = offsetAt(block.spans, Math.floor(block.rows / 2));
  if (middle === null) throw new Error('A block of several rows has no middle');
  const isBefore = (partition: number, offset: number) =>
    partition < middle.partition || (partition === middle.partition && offset < middle.offset);
  const before = await writeRows(selectRows(block, isBefore), context);
  const behind = await writeRows(
    selectRows(block, (partition, offset) => !isBefore(partition, offset)),
    context,
  );
  return {
    alreadyThere: before.alreadyThere + behind.alreadyThere,
    refused: [...before.refused, ...behind.refused],
  };
}
