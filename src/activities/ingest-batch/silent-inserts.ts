import { log } from '@temporalio/activity';
import { INSERT_GONE_MS } from '../../domain/limits.js';
import { describeSilence, type SilentInsert } from '../../domain/status/silent-insert.js';
import type { DeadLetterTable } from '../../domain/ports/dead-letter-table.js';
import type { EventTable, InsertId } from '../../domain/ports/event-table.js';
import type { PipelineMessages } from '../../domain/ports/workflows.js';
import type { Waiting } from './running-inserts.js';

interface Tables {
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
}

interface Sending {
  readonly id: InsertId;
  readonly onSilence?: ((silent: SilentInsert) => void) | undefined;
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
