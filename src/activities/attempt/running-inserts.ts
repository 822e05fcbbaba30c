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

/** What one attempt of a batch waits for besides, and who hears of it. */
export interface Waiting {
  /** When the attempt began, by `performance.now()`: no earlier attempt has sent anything since. */
  readonly startedMs: number;
  /** Null once nothing is waited for any more. */
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
 * Resolves with the hosts that could not be asked. Throws where that takes too long, so that the failure shows what is
 * waited for.
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
        `an earlier insert of this pipeline still runs on ClickHouse after ${waitedMs} ms (query_id ${names.join(', ')}): this batch continues when that insert ends; KILL QUERY ends it`,
      );
    }
    await sleep(FENCE_POLL_MS);
  }
}

/**
 * Waits until every host has said that no earlier insert runs there, or until the one that can't be asked would have ended
 * it. Within one attempt: the next one could not tell how long the one before has waited.
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
 * The tables with a voice for inserts that wait inside ClickHouse: it retries Keeper by itself for minutes, and a batch
 * that only takes long shows no failure anywhere. Without `messages` there is only a line in the log.
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

/** For the waits of one attempt of a batch, beside its inserts. */
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

/** Nobody waits for it: the insert matters more than what is said about it. */
function tell(
  messages: PipelineMessages | null,
  { workflowId, lane, batch }: Pick<InsertId, 'workflowId' | 'lane' | 'batch'>,
  waits: SilentInsert | null,
): void {
  messages?.insertWaits(workflowId, { lane, batch, waits }).catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    log.warn('The pipeline could not be told that an insert waits', { cause });
  });
}
