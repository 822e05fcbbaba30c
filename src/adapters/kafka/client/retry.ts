import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../protocol/errors.js';

const FIRST_MS = 100;
const MAX_MS = 2_000;

export interface Retry {
  /** For the message of the failure that is thrown in the end, for example `reading partition 3`. */
  readonly what: string;
  readonly forMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Retries after failures that may pass by themselves (a leader that moves, a broker that restarts), with exponential backoff and
 * jitter. Throws the last failure when the time is up, and every other failure at once.
 */
export async function withRetry<T>(retry: Retry, attempt: () => Promise<T>): Promise<T> {
  const { what, forMs, signal } = retry;
  const patience = new Patience(forMs);
  for (;;) {
    signal?.throwIfAborted();
    const sinceMs = performance.now();
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      const { pauseMs, isOver } = patience.failed(performance.now() - sinceMs);
      if (isOver) throw triedFor(what, forMs, error);
      await pause(pauseMs, signal);
    }
  }
}

/** How long to wait before something is tried again, and whether it has been tried for long enough. */
export class Patience {
  readonly #forMs: number;
  #waitMs = FIRST_MS;
  #spentMs = 0;

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  /** `triedMs` is the time that the try took. */
  failed(triedMs: number): { readonly pauseMs: number; readonly isOver: boolean } {
    const pauseMs = this.#waitMs * (0.5 + Math.random());
    this.#waitMs = Math.min(MAX_MS, 2 * this.#waitMs);
    this.#spentMs += triedMs + pauseMs;
    return { pauseMs, isOver: this.#spentMs > this.#forMs };
  }
}

export function triedFor(what: string, forMs: number, error: unknown): Error {
  const { message } = error as Error;
  return new Error(`${what} failed for ${forMs / 1_000} s: ${message}`, { cause: error });
}

/** Rejects with the signal's own reason, so that a cancellation stays recognisable. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
