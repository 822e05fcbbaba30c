import { setTimeout as sleep } from 'node:timers/promises';
import {
  FENCE_POLL_MS,
  FENCE_TIMEOUT_MS,
  INSERT_GONE_MS,
  UNASKED_POLL_MS,
} from '../../domain/limits.js';
import type { EventTable, InsertId, RunningInserts } from '../../domain/ports/event-table.js';
import { log } from '@temporalio/activity';
import { describeSilence } from '../../domain/status/silent-insert.js';
import type { SilentInsert } from '../../domain/pipeline/messages.js';
import type { DeadLetterTable } from '../../domain/ports/dead-letter-table.js';
import type { PipelineMessages } from '../../domain/ports/workflows.js';

type UnaskedHosts = RunningInserts['unasked'];

interface Fence {
  readonly events: EventTable;
  readonly signal: AbortSignal;
}

/** Reports what one attempt of a batch waits for, other than its own inserts. */
export interface Waiting {
  /** When the attempt began, by `performance.now()`: no earlier attempt has sent anything since. */
  readonly startedMs: number;
  /** Reports the hosts that are waited for; null once the wait is over. */
  tell(hosts: UnaskedHosts | null): void;
}

interface Tables {
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
}

interface Sending {
  readonly id: InsertId;
  readonly onSilence?: ((silent: SilentInsert) => void) | undefined;
}

/**
 * Waits until no earlier insert of the pipeline is known to run, so that what reconciling finds afterwards is final.
 * Resolves with the hosts that could not be asked. Throws if that takes too long, so that the failure shows which inserts are
 * still running.
 */
export async function awaitEarlierInserts(
  self: InsertId,
  { events, signal }: Fence,
): Promise<UnaskedHosts> {
  const sinceMs = performance.now();
  for (;;) {
    const { names, unasked } = await events.runningInserts(self);
    if (names.length === 0) return unasked;
    signal.throwIfAborted();
    const waitedMs = Math.round(performance.now() - sinceMs);
    if (waitedMs > FENCE_TIMEOUT_MS) {
      throw new Error(
        `an earlier insert of this pipeline is still running on ClickHouse after ${waitedMs} ms (query_id ${names.join(', ')}): this batch continues when that insert ends. KILL QUERY ends it`,
      );
    }
    await sleep(FENCE_POLL_MS);
  }
}

/**
 * Waits until every host has reported that no earlier insert runs there, or until a host that can't be asked must have ended its
 * inserts. The wait must fit into one attempt, because the next one can't tell how long this one has waited.
 */
export async function awaitUnasked(
  self: InsertId,
  { waiting, ...fence }: Fence & { readonly waiting: Waiting },
): Promise<void> {
  let isTold = false;
  try {
    for (;;) {
      const unasked = await awaitEarlierInserts(self, fence);
      if (unasked.length === 0) return;
      if (performance.now() - waiting.startedMs >= INSERT_GONE_MS) return;
      if (!isTold) waiting.tell(unasked);
      isTold = true;
      fence.signal.throwIfAborted();
      await sleep(UNASKED_POLL_MS);
    }
  } finally {
    if (isTold) waiting.tell(null);
  }
}

/**
 * Wraps the tables so that inserts that wait inside ClickHouse are reported: ClickHouse retries Keeper by itself for minutes, and
 * a batch that is only slow shows no failure anywhere. Without `messages`, only a log line reports them.
 */
export function withSilenceTold<T extends Tables>(tables: T, messages: PipelineMessages | null): T {
  const { events, deadLetters } = tables;
  const telling = async <Options extends Sending, Result>(
    options: Options,
    insert: (options: Options) => Promise<Result>,
  ): Promise<Result> => {
    const { id } = options;
    const told: SilentInsert[] = [];
    const onSilence = (silent: SilentInsert) => {
      told.push(silent);
      log.warn(describeSilence(silent), { batch: id.batch, lane: id.lane, block: id.block });
      tell(messages, id, silent);
    };
    try {
      return await insert({ ...options, onSilence });
    } finally {
      if (told.length > 0) tell(messages, id, null);
    }
  };
  return {
    ...tables,
    events: {
      ...events,
      insert: (table, block, options) =>
        telling(options, (each) => events.insert(table, block, each)),
    },
    deadLetters: {
      ...deadLetters,
      insert: (table, of, letters, options) =>
        telling(options, (each) => deadLetters.insert(table, of, letters, each)),
      insertSkip: (table, of, skip, options) =>
        telling(options, (each) => deadLetters.insertSkip(table, of, skip, each)),
      fillSkips: (table, of, spans, options) =>
        telling(options, (each) => deadLetters.fillSkips(table, of, spans, each)),
    },
  };
}

/** Creates the reports of what one attempt of a batch waits for, other than its own inserts. */
export function createWaiting(
  id: Pick<InsertId, 'workflowId' | 'lane' | 'batch'>,
  messages: PipelineMessages | null,
): Waiting {
  const startedMs = performance.now();
  const untilMs = Date.now() + INSERT_GONE_MS;
  return {
    startedMs,
    tell(hosts) {
      const [first] = hosts ?? [];
      const waits = first ? { address: first.address, sinceMs: Date.now(), untilMs } : null;
      if (first && waits) {
        log.warn(describeSilence(waits), { batch: id.batch, lane: id.lane, why: first.why });
      }
      tell(messages, id, waits);
    },
  };
}

/** Not awaited, because the insert matters more than the report about it. */
function tell(
  messages: PipelineMessages | null,
  { workflowId, lane, batch }: Pick<InsertId, 'workflowId' | 'lane' | 'batch'>,
  waits: SilentInsert | null,
): void {
  messages?.insertWaits(workflowId, { lane, batch, waits }).catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    log.warn('The signal about a waiting insert could not be sent to the pipeline', { cause });
  });
}
