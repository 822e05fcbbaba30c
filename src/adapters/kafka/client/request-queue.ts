export interface RequestQueueOptions {
  /** How long the broker may be silent. */
  readonly timeoutMs: number;
  /** Most requests that the broker gets before it answers; others wait here. */
  readonly maxInFlight: number;
  /** Until when the broker throttles requests, on the clock of `performance.now()`. */
  readonly throttledUntilMs: () => number;
  /** The broker has been silent for `timeoutMs` although it was asked. */
  readonly onSilence: (request: string) => void;
}

interface Queued<Answer> {
  /** For messages. */
  readonly name: string;
  readonly ask: () => Promise<Answer>;
  readonly signal?: AbortSignal | undefined;
}

interface Job {
  readonly name: string;
  readonly askedMs: number;
  readonly start: () => Promise<unknown>;
  readonly fail: (error: Error) => void;
}

/** A timer that is this late means that this process was blocked, not that the broker was silent: its answers are unread. */
const STOOD_STILL_MS = 500;

/**
 * Requests over one connection, in order. The timeout of a request starts when it is added, however long it waits here, and
 * starts again with every answer: a broker that answers one request after the other is slow, not silent.
 */
export class RequestQueue {
  readonly #options: RequestQueueOptions;
  readonly #waiting: Job[] = [];
  readonly #inFlight = new Set<Job>();
  #answeredMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | null = null;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
  }

  /** A request that its signal aborts does not block others. If its answer still comes, it is dropped. */
  add<Answer>({ name, ask, signal }: Queued<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#remove(job);
        job.fail(signal?.reason as Error);
      };
      const settled = () => signal?.removeEventListener('abort', giveUp);
      const job: Job = {
        name,
        askedMs: performance.now(),
        start: () => ask().then(resolve, reject).finally(settled),
        fail: (error) => {
          settled();
          reject(error);
        },
      };
      if (this.#failure !== null) job.fail(this.#failure);
      else if (signal?.aborted) giveUp();
      else {
        signal?.addEventListener('abort', giveUp);
        this.#waiting.push(job);
        this.#pump();
      }
    });
  }

  /** Fails all waiting requests now, and all that are added later. */
  fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    clearTimeout(this.#timer);
    const jobs = [...this.#inFlight, ...this.#waiting.splice(0)];
    this.#inFlight.clear();
    for (const job of jobs) job.fail(error);
  }

  /** Since when the broker has not answered, on the clock of `performance.now()`; null if no request is open. */
  silentSinceMs(): number | null {
    const oldest = this.#oldest();
    if (oldest === undefined) return null;
    return Math.max(oldest.askedMs, this.#answeredMs, this.#options.throttledUntilMs());
  }

  #oldest(): Job | undefined {
    const [oldest = this.#waiting[0]] = this.#inFlight;
    return oldest;
  }

  #pump(): void {
    while (this.#inFlight.size < this.#options.maxInFlight) {
      const job = this.#waiting.shift();
      if (job === undefined) break;
      this.#inFlight.add(job);
      void job.start().finally(() => {
        this.#answeredMs = performance.now();
        this.#inFlight.delete(job);
        this.#pump();
      });
    }
    this.#watch();
  }

  /** What the broker has already stays in flight: its answer comes before those to later requests. */
  #remove(job: Job): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#timer);
    const sinceMs = this.#failure === null ? this.silentSinceMs() : null;
    if (sinceMs === null) return;
    const dueMs = sinceMs + this.#options.timeoutMs;
    this.#timer = setTimeout(
      () => {
        this.#lookAgain(dueMs);
      },
      Math.max(0, dueMs - performance.now()),
    );
  }

  #lookAgain(dueMs: number): void {
    if (performance.now() - dueMs > STOOD_STILL_MS) this.#answeredMs = performance.now();
    // Timers run before sockets are read, so let an answer that has already arrived be read first.
    setImmediate(() => {
      const sinceMs = this.silentSinceMs();
      const oldest = this.#oldest();
      if (this.#failure !== null || sinceMs === null || oldest === undefined) return;
      if (performance.now() - sinceMs < this.#options.timeoutMs) this.#watch();
      else this.#options.onSilence(oldest.name);
    });
  }
}
