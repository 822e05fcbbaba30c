import { PartitionUnavailable } from '../../../domain/log/topic-offsets.js';
import { BrokerRefused, isTransient, whyUnavailable } from '../protocol/errors.js';
import { type Address, formatAddress } from '../protocol/address.js';
import type { FetchedPartition } from '../protocol/fetch.js';
import { triedFor } from '../client/retry.js';
import { whatIsRead, whyRefused } from './fetch-partition.js';
import { holeProof, whyStalled } from './no-progress.js';
import type { RangeProgress } from './range-progress.js';
import { noRecords, type SlicingContext } from './to-slices.js';
import type { TopicClient } from '../client/topic-client.js';

/** Handle ranges whose fetch brought no records. Each function returns how many milliseconds to wait before the next fetch. */

export interface OutcomeContext extends SlicingContext {
  readonly client: TopicClient;
  /** How long to retry after failures that may pass, and how long a range may make no progress. */
  readonly retryForMs: number;
  /** How long an impatient read retries after such failures. */
  readonly silentAfterMs: number;
  /** See `RecordSource.read`. */
  readonly isImpatient: boolean;
}

/** Pause before records that don't come are requested again. A fetch itself waits for half a second. */
export const POLL_MS = 200;

export interface FailedFetch {
  readonly error: unknown;
  /** For people; null if there was no broker to ask. */
  readonly broker: string | null;
  /** When it was asked, on the clock of `performance.now()`. */
  readonly sinceMs: number;
}

/** Retries after a failure that may pass, even after it has lasted for too long: it may be over once the range is needed. */
export function failed(range: RangeProgress, fetch: FailedFetch, context: OutcomeContext): number {
  const { client, isImpatient, retryForMs, silentAfterMs } = context;
  const error = fetch.error as Error;
  if (!isTransient(error)) {
    range.failure = { error, isFinal: true };
    return 0;
  }
  client.forget();
  const forMs = isImpatient ? silentAfterMs : retryForMs;
  const triedMs = performance.now() - fetch.sinceMs;
  const { pauseMs, isOver } = range.failed({ triedMs, forMs });
  if (!isOver) return pauseMs;
  const { partition, next: offset, failingSinceMs } = range;
  const why = triedFor(whatIsRead(client.topic, { partition, offset }), forMs, error);
  const sinceMs = failingSinceMs ?? Date.now();
  const about = { partition, why: whyUnavailable(error), broker: fetch.broker, sinceMs };
  range.failure = {
    error: isImpatient ? new PartitionUnavailable(about, why.message) : why,
    isFinal: false,
  };
  return pauseMs;
}

export async function refused(
  range: RangeProgress,
  refusal: { readonly address: Address; readonly code: number; readonly sinceMs: number },
  context: OutcomeContext,
): Promise<number> {
  const { address, code, sinceMs } = refusal;
  const { client } = context;
  const broker = client.brokerName(address);
  const at = { partition: range.partition, offset: range.next };
  const reason = new BrokerRefused(formatAddress(address), { code, of: 'Fetch' });
  const error = await whyRefused(client, at, reason).catch((failure: unknown) => failure);
  return failed(range, { error, broker, sinceMs }, context);
}

/** The range may hold no records, or they are late. */
export async function empty(
  range: RangeProgress,
  fetched: FetchedPartition,
  context: OutcomeContext & { readonly sinceMs: number; readonly signal: AbortSignal },
): Promise<number> {
  const { client, retryForMs, sinceMs, signal } = context;
  range.answered();
  try {
    const leaderEpochs = await holeProof(client, fetched, range.rest, signal);
    if (leaderEpochs !== null) {
      range.add([noRecords(range.rest, leaderEpochs, context)]);
      return 0;
    }
    if (range.addEmptyMs(performance.now() - sinceMs + POLL_MS) > retryForMs) {
      const error = await whyStalled(client, fetched, range.rest);
      range.failure = { error, isFinal: false };
    }
    return POLL_MS;
  } catch (error) {
    range.failure = { error: error as Error, isFinal: true };
    return 0;
  }
}
