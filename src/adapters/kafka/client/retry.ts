import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../protocol/errors.js';

const FIRST_MS = 100;
const MOST_MS = 2_000;

export interface Retry {
  /** For the message of the failure that is thrown at last, for example `reading partition 3`. */
  readonly what: string;
  readonly forMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries again what may pass by itself (a leader that moves, a broker that restarts), twice as late each time and never all
 * readers at the same instant. Throws the last failure when the time is up, and every other failure at once.
 */
export async function withRetry<T>(retry: Retry, attempt: () => Promise<T>): Promise<T> {
  const { what, forMs, signal } = retry;
  const startedMs = performance.now();
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(MOST_MS, 2 * waitMs)) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      const jitteredMs = waitMs * (0.5 + Math.random());
      if (performance.now() - startedMs + jitteredMs > forMs) {
        const { message } = error as Error;
        throw new Error(`${what}, tried for ${forMs / 1_000} s: ${message}`, { cause: error });
      }
      await pause(jitteredMs, signal);
    }
  }
}

/** Rejects with the signal's own reason, so that a cancellation stays recognisable. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
