import { cancellationSignal } from '@temporalio/activity';
import { logOf } from '../domain/log/log.js';
import type { DeadLetterTable } from '../domain/ports/dead-letter-table.js';
import { beating } from './attempt/heartbeat.js';
import { attemptName, currentExecution } from './attempt/execution.js';
import type { RecordSkipInput, SkipRecorded } from './index.js';

/** Writes the one dead letter for a decision to skip records. Written twice, it is still one dead letter. */
export async function recordSkip(
  { table, topic, topicId = '', log, skip }: RecordSkipInput,
  { deadLetters }: { readonly deadLetters: DeadLetterTable },
): Promise<SkipRecorded> {
  const execution = currentExecution();
  const { partition, epoch, why } = skip;
  const span = { partition, epoch, first: Number(skip.first), end: Number(skip.end) };
  const options = {
    token: attemptName(execution),
    batch: `${execution.workflowId}/skip`,
    id: { ...execution, lane: 0, batch: 0, block: 0, send: 0 },
    signal: cancellationSignal(),
  };
  const of = logOf({ topic, topicId, log });
  await beating(() => deadLetters.insertSkip(table, of, { ...span, why }, options));
  return { isUncommitted: true };
}
