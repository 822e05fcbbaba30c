import { defineQuery, defineSignal, defineUpdate, log } from '@temporalio/workflow';
import { MESSAGE_NAMES } from '../../domain/pipeline/message-names.js';
import {
  type ConfigureInput,
  INSERT_WAITS_SIGNAL,
  type InsertWaits,
  LOG_SEEN_SIGNAL,
  type LogSeen,
  type PauseInput,
  type ResolveHoldInput,
  type StopInput,
} from '../../domain/pipeline/messages.js';
import type { PipelineStatus } from '../../domain/pipeline/pipeline-status.js';
import type { BatchSummary } from '../../domain/pipeline/batch-summary.js';
import type { PipelineSettings } from '../../domain/pipeline/settings.js';
import type { VerifyReport } from '../../domain/verify/public-types.js';
import type { RedriveReport } from '../../domain/redrive/public-types.js';
import type { Parsed } from '../../domain/pipeline/input.js';

/** The messages of `pipeline`. Their names are frozen, because people use them in scripts. */

export const pauseSignal = defineSignal<[PauseInput?]>(MESSAGE_NAMES.pause);
export const resumeSignal = defineSignal(MESSAGE_NAMES.resume);
export const stopSignal = defineSignal<[StopInput?]>(MESSAGE_NAMES.stop);
/** Sent by workers, while a batch is being retried. */
export const logSeenSignal = defineSignal<[LogSeen]>(LOG_SEEN_SIGNAL);
/** Sent by workers, while an insert waits inside ClickHouse. */
export const insertWaitsSignal = defineSignal<[InsertWaits]>(INSERT_WAITS_SIGNAL);
export const configureUpdate = defineUpdate<PipelineSettings, [ConfigureInput]>(
  MESSAGE_NAMES.configure,
);
export const resolveHoldUpdate = defineUpdate<string, [ResolveHoldInput]>(
  MESSAGE_NAMES.resolveHold,
);
export const statusQuery = defineQuery<PipelineStatus>(MESSAGE_NAMES.status);
export const batchesQuery = defineQuery<readonly BatchSummary[]>(MESSAGE_NAMES.batches);

/** The messages of `verify`, in addition to `stop`. */
export const reportQuery = defineQuery<VerifyReport>(MESSAGE_NAMES.report);

/** The messages of `redrive`, in addition to `stop`. */
export const redriveStatusQuery = defineQuery<RedriveReport>(MESSAGE_NAMES.status);

/** Shown by `temporal workflow metadata` and in the UI. */
export const DESCRIPTIONS = {
  pause:
    'Stop planning; running batches finish, records stay in Kafka. Input: {"reason":"maintenance"}',
  resume: 'Continue after a pause. No input.',
  stop: 'Finish the running batches, then complete with totals. Input: {"reason":"..."}',
  configure:
    'Change settings: drains, then continues with the new settings. Input: {"lanes":4,"batch":{"maxRows":100000,"maxBytes":67108864,"intervalSeconds":5}}',
  resolveHold:
    'Decide about a held partition. Input: {"partition":0,"action":"retry"}, {"partition":0,"action":"skipTo","offset":"1234"}, {"partition":"all","action":"continue"}',
  logSeen:
    'Where the log ends now. Workers send it while a batch is being retried, so that `status` and the details page show the current lag.',
  insertWaits:
    'What an insert waits for. Workers send it when ClickHouse has not answered for ten seconds, and again once it has.',
  status: 'State, settings, guarantee, lag, counters, holds and warnings, partition by partition.',
  batches: 'The last 50 batches: counts, bytes, phases and ranges.',
} as const;

export const VERIFY_DESCRIPTIONS = {
  stop: 'Complete with what was compared so far. Input: {"reason":"..."}',
  report:
    'The report so far: verdict, counts, and the ranges of lost and duplicated offsets, partition by partition; if content is compared, also the values that differ.',
} as const;

export const REDRIVE_DESCRIPTIONS = {
  stop: 'Finish the current dead letters, then complete. Input: {"reason":"..."}',
  status:
    'What was done so far, or would be done in a dry run: dead letters that became rows and those that are still rejected, by reason.',
} as const;

/** Temporal can't reject a signal, so an unreadable argument is logged and the signal takes effect without it. */
export function readableArgument<T>(parsed: Parsed<T>, signal: string): T | null {
  if (parsed.kind === 'valid') return parsed.value;
  log.warn('The argument of a signal could not be read and is ignored', {
    signal,
    why: parsed.why,
  });
  return null;
}
