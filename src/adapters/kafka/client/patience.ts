import type { KafkaLimits } from '../protocol/limits.js';
import { BrokerUnreachable } from '../protocol/errors.js';

export type PatienceLimits = Pick<KafkaLimits, 'silentAfterMs' | 'answerTimeoutMs'>;

/** The outcome of a request that is only waited for briefly. */
type Asked<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** `sinceMs` is when the oldest unanswered request was sent, in milliseconds since 1970. */
  | { readonly kind: 'silent'; readonly sinceMs: number }
  | { readonly kind: 'failed'; readonly error: unknown };

interface Silence {
  readonly sinceMs: number;
  /** Requests without an answer so far. */
  open: number;
}

/** How much of a long answer time is still expected after an answer that came sooner. */
const DECAY = 0.75;

/**
 * How long to wait for a broker before it counts as silent: twice what its recent answers took, at least `silentAfterMs` and at
 * most `answerTimeoutMs`. With a fixed bound, a slow broker would always count as silent, and its partitions would never be read.
 */
export class Patience {
  readonly #minMs: number;
  readonly #maxMs: number;
  /** By broker. */
  readonly #expectedMs = new Map<string, number>();

  constructor({ silentAfterMs, answerTimeoutMs }: PatienceLimits) {
    this.#minMs = silentAfterMs;
    this.#maxMs = Math.max(silentAfterMs, answerTimeoutMs);
  }

  answered(broker: string, tookMs: number): void {
    const expected = (this.#expectedMs.get(broker) ?? 0) * DECAY;
    this.#expectedMs.set(broker, Math.max(tookMs, expected));
  }

  /** In milliseconds. */
  for(broker: string): number {
    const expected = 2 * (this.#expectedMs.get(broker) ?? 0);
    return Math.min(this.#maxMs, Math.max(this.#minMs, expected));
  }
}

/**
 * Sends requests to brokers, and waits briefly for each. A broker that did not answer in time still gets requests, one at a time,
 * but is not waited for until it has answered one.
 */
export class PatientAsker {
  readonly #patience: Patience;
  /** By broker. */
  readonly #silences = new Map<string, Silence>();

  constructor(limits: PatienceLimits) {
    this.#patience = new Patience(limits);
  }

  async ask<Answer>(broker: string, question: () => Promise<Answer>): Promise<Asked<Answer>> {
    const known = this.#silences.get(broker);
    if (known !== undefined && known.open > 0) return { kind: 'silent', sinceMs: known.sinceMs };
    const sinceMs = known?.sinceMs ?? Date.now();
    const beganMs = performance.now();
    const asked = question().then(
      (answer): Asked<Answer> => {
        this.#patience.answered(broker, performance.now() - beganMs);
        return { kind: 'answer', answer };
      },
      (error: unknown): Asked<Answer> => ({ kind: 'failed', error }),
    );
    if (known !== undefined) {
      this.#follow(broker, known, asked);
      return { kind: 'silent', sinceMs };
    }
    const found = await withinMs(asked, this.#patience.for(broker));
    if (found !== null) return found;
    const silence = this.#silences.get(broker) ?? { sinceMs, open: 0 };
    this.#silences.set(broker, silence);
    this.#follow(broker, silence, asked);
    return { kind: 'silent', sinceMs: silence.sinceMs };
  }

  /** Another request to the broker was not answered in time, so the next ones need not wait to find that out again. */
  noteSilence(broker: string, sinceMs: number): void {
    if (!this.#silences.has(broker)) this.#silences.set(broker, { sinceMs, open: 0 });
  }

  #follow(broker: string, silence: Silence, asked: Promise<Asked<unknown>>): void {
    silence.open += 1;
    void asked.then((outcome) => {
      silence.open -= 1;
      const isSilent = outcome.kind === 'failed' && outcome.error instanceof BrokerUnreachable;
      if (!isSilent) this.#silences.delete(broker);
    });
  }
}

/** Null if the time is up first. */
async function withinMs<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
