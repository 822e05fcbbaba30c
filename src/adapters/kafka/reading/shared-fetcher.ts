import { setMaxListeners } from 'node:events';
import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import { formatAddress } from '../protocol/address.js';
import { isTransient, LeaderMissing } from '../protocol/errors.js';
import { type FetchAnswer, type FetchedPartition, fetchRequest } from '../protocol/fetch.js';
import { ANSWERS_HELD } from '../protocol/limits.js';
import { pause } from '../client/retry.js';
import type { Leaders } from '../client/topic-client.js';
import { Changes } from './changes.js';
import { AnswerMemory, type FetchBuffers } from './fetch-buffers.js';
import { type FetchGroup, groupByBroker } from './fetch-groups.js';
import {
  empty,
  failed,
  type FailedFetch,
  type OutcomeContext,
  POLL_MS,
  refused,
} from './range-outcomes.js';
import { RangeProgress } from './range-progress.js';
import type { ReadReplicas } from './read-replicas.js';
import type { Slice } from './slice.js';
import { toSlices } from './to-slices.js';

export interface ReadContext extends OutcomeContext {
  readonly buffers: FetchBuffers;
  readonly replicas: ReadReplicas;
  readonly signal: AbortSignal;
}

/**
 * Fetches the ranges of one read. Each range is read from its leader or its nearest replica, with one request per broker for all
 * its ranges, and brokers are asked in parallel. Answers are kept until they are taken, range after range. Fetches no further
 * ahead than `ANSWERS_HELD` answers.
 */
export class SharedFetcher {
  readonly ranges: readonly RangeProgress[];
  readonly #context: ReadContext;
  readonly #changes = new Changes();
  readonly #stop = new AbortController();
  readonly #onAbort: () => void;
  /** Size limits of the answers that are in progress, by broker. */
  readonly #asked = new Map<string, number>();
  /** Bytes of answers that have arrived and were not given back. */
  #heldBytes = 0;
  /** A bug in this folder. Failures of brokers never end up here. */
  #broken: { readonly error: unknown } | null = null;

  constructor(spans: readonly OffsetSpan[], context: ReadContext) {
    this.ranges = spans.map((span) => new RangeProgress(span));
    this.#context = context;
    // Each range that waits adds a listener.
    setMaxListeners(0, this.#stop.signal);
    this.#onAbort = () => {
      this.close();
    };
    context.signal.addEventListener('abort', this.#onAbort);
    if (context.signal.aborted) return;
    this.#run().catch((error: unknown) => {
      this.#break(error);
    });
  }

  /** Null at the end of the range. Throws the range's failure once everything before it was taken. */
  async take(range: RangeProgress): Promise<Slice | null> {
    for (;;) {
      this.#context.signal.throwIfAborted();
      const slice = range.ready.shift();
      if (slice !== undefined) {
        this.#changes.notify();
        return slice;
      }
      if (range.next >= range.end) return null;
      if (range.failure !== null) throw range.failure.error;
      if (this.#broken !== null) throw this.#broken.error;
      await this.#changes.next();
    }
  }

  /** Gives up the requests in progress. */
  close(): void {
    this.#context.signal.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
    this.#changes.notify();
  }

  /** The caller gets the error with what it takes next: an unhandled rejection would end the worker. */
  #break(error: unknown): void {
    this.#broken = { error };
    this.#changes.notify();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const change = this.#changes.next();
      await this.#askBrokers();
      await change;
    }
  }

  async #askBrokers(): Promise<void> {
    if (!this.ranges.some(({ isToBeAsked }) => isToBeAsked)) return;
    const { client } = this.#context;
    const sinceMs = performance.now();
    let leaders: Leaders;
    try {
      leaders = await client.leaders();
    } catch (error) {
      const waiting = this.ranges.filter(({ isToBeAsked }) => isToBeAsked);
      this.#failed(waiting, { error, broker: null, sinceMs });
      return;
    }
    if (this.#stop.signal.aborted) return;
    const { groups, leaderless } = groupByBroker(this.ranges, { ...this.#context, leaders });
    for (const range of leaderless) {
      const error = new LeaderMissing(client.topic, range.partition);
      this.#failed([range], { error, broker: null, sinceMs });
    }
    for (const group of groups) {
      if (!this.#mayAsk(group)) continue;
      this.#ask(group).catch((error: unknown) => {
        this.#break(error);
      });
    }
  }

  /** One request at a time to each broker, and no more answers than there is memory for. */
  #mayAsk({ address, maxBytes, ranges: [first] }: FetchGroup): boolean {
    if (this.#asked.has(formatAddress(address))) return false;
    // The range that is needed next is always fetched, whatever else is held here, so that no broker waits for another one.
    const isNext = first === this.ranges.find(({ isTaken }) => !isTaken);
    if (isNext && first?.ready.length === 0) return true;
    const askedBytes = [...this.#asked.values()].reduce((sum, bytes) => sum + bytes, 0);
    const isNothingAhead = askedBytes === 0 && this.ranges.every(({ ready }) => ready.length === 0);
    if (isNothingAhead) return true;
    const { fetchBytes, sizes } = this.#context;
    const bytes = this.#heldBytes + askedBytes + sizes.answerBytes(maxBytes);
    return bytes <= (ANSWERS_HELD - 1) * fetchBytes;
  }

  async #ask(group: FetchGroup): Promise<void> {
    const { client, sizes, isImpatient } = this.#context;
    const { address, maxBytes, rack, partitions, ranges, followed } = group;
    const { signal } = this.#stop;
    const name = formatAddress(address);
    const sinceMs = performance.now();
    const ask = {
      topic: client.topic,
      isolation: 'committed',
      maxBytes,
      rack,
      partitions,
    } as const;
    const request = fetchRequest(ask);
    this.#asked.set(name, sizes.answerBytes(maxBytes));
    for (const range of ranges) range.isBusy = true;
    try {
      // A leader can be asked instead of a follower that hangs.
      const answer =
        isImpatient || followed.size > 0
          ? await client.sendWhileAlive(address, request, signal)
          : await client.send(address, request, signal);
      this.#asked.delete(name);
      if (!signal.aborted) this.#answered(group, answer, sinceMs);
    } catch (error) {
      this.#asked.delete(name);
      const failure = { error, broker: client.brokerName(address), sinceMs };
      for (const range of ranges) {
        if (followed.has(range) && isTransient(error)) this.#leave(range);
        else this.#failed([range], failure);
      }
    }
    this.#changes.notify();
  }

  #answered({ address, ranges, followed }: FetchGroup, answer: FetchAnswer, sinceMs: number): void {
    const bytes = [...answer.values()].reduce((sum, { records }) => sum + records.length, 0);
    const memory = this.#memoryOf(answer, bytes);
    this.#context.sizes.learnAnswer(bytes);
    let isHeld = false;
    let hadRoom = true;
    for (const range of ranges) {
      const fetched = answer.get(range.partition);
      if (fetched === undefined) {
        // A quota throttles, maybe for many seconds. Only the caller's own deadline limits that.
        range.forgetFailures();
        this.#resume(range, POLL_MS);
        continue;
      }
      if (fetched.code !== 0 && followed.has(range)) {
        this.#leave(range);
        continue;
      }
      if (fetched.code !== 0) {
        const refusal = { address, code: fetched.code, sinceMs };
        this.#resumeAfter(range, refused(range, refusal, this.#context));
        continue;
      }
      const added = this.#add(range, fetched, memory);
      isHeld ||= added === 'slices';
      if (added !== 'nothing') this.#resume(range, 0);
      else if (fetched.preferredReplica >= 0) {
        this.#context.replicas.follow(range.partition, fetched.preferredReplica);
        this.#resume(range, 0);
      } else if (hadRoom && followed.has(range)) this.#leave(range);
      else if (hadRoom) {
        const context = { ...this.#context, sinceMs, signal: this.#stop.signal };
        this.#resumeAfter(range, empty(range, fetched, context));
      } else {
        // Other partitions took the room of the answer, so an empty range means nothing.
        range.forgetFailures();
        this.#resume(range, 0);
      }
      if (fetched.records.length > 0) hadRoom = false;
    }
    if (isHeld) this.#heldBytes += bytes;
  }

  #memoryOf(answer: FetchAnswer, bytes: number): AnswerMemory {
    const [first] = answer.values();
    return new AnswerMemory(() => {
      this.#heldBytes -= bytes;
      if (first !== undefined) this.#context.buffers.giveBack(first.records);
      this.#changes.notify();
    });
  }

  #add(
    range: RangeProgress,
    fetched: FetchedPartition,
    memory: AnswerMemory,
  ): 'slices' | 'nothing' | 'failure' {
    try {
      const slices = toSlices(fetched, { ...range.rest, memory }, this.#context);
      if (slices.length === 0) return 'nothing';
      range.add(slices);
      return 'slices';
    } catch (error) {
      range.failure = { error: error as Error, isFinal: true };
      return 'failure';
    }
  }

  /** Reads the range from its leader, which may have what the follower lacks. */
  #leave(range: RangeProgress): void {
    this.#context.replicas.leave(range.partition);
    this.#resume(range, 0);
  }

  #failed(ranges: readonly RangeProgress[], fetch: FailedFetch): void {
    for (const range of ranges) this.#resume(range, failed(range, fetch, this.#context));
  }

  #resumeAfter(range: RangeProgress, pauseMs: Promise<number>): void {
    pauseMs.then(
      (ms) => {
        this.#resume(range, ms);
      },
      (error: unknown) => {
        this.#break(error);
      },
    );
  }

  /** Lets the range be asked again, after a pause. */
  #resume(range: RangeProgress, pauseMs: number): void {
    range.isBusy = pauseMs > 0;
    this.#changes.notify();
    if (!range.isBusy) return;
    const resume = () => {
      this.#resume(range, 0);
    };
    pause(pauseMs, this.#stop.signal).then(resume, () => undefined);
  }
}
