import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import { Patience } from '../client/retry.js';
import type { Rest } from './no-progress.js';
import type { Slice } from './slice.js';

/** How far one range of a read has come. */
export class RangeProgress {
  readonly partition: number;
  readonly end: number;
  /** The next offset to ask for. */
  next: number;
  /** Slices that have arrived and were not taken yet. */
  readonly ready: Slice[] = [];
  /** A fetch of the range is in progress, or paused for some time. */
  isBusy = false;
  /** Thrown once everything before it was taken. A failure that is not final is dropped if the range continues after all. */
  failure: { readonly error: Error; readonly isFinal: boolean } | null = null;
  /** When the first of the fetches that failed in a row was sent, in milliseconds since 1970. */
  failingSinceMs: number | null = null;
  #patience: Patience | null = null;
  /** Time spent on fetches in a row that brought nothing. */
  #emptyMs = 0;

  constructor({ partition, first, end }: OffsetSpan) {
    this.partition = partition;
    this.next = first;
    this.end = end;
  }

  get isToBeAsked(): boolean {
    return this.next < this.end && !this.isBusy && this.failure?.isFinal !== true;
  }

  /** The caller has taken all of it. */
  get isTaken(): boolean {
    return this.ready.length === 0 && this.next >= this.end;
  }

  get readyBytes(): number {
    return this.ready.reduce((sum, { wireBytes }) => sum + wireBytes, 0);
  }

  get rest(): Rest {
    return { partition: this.partition, first: this.next, end: this.end };
  }

  add(slices: readonly Slice[]): void {
    this.ready.push(...slices);
    this.next = slices.at(-1)?.next ?? this.next;
    this.answered();
    this.#emptyMs = 0;
  }

  /** The broker has answered, whatever its answer says. */
  answered(): void {
    this.failure = null;
    this.failingSinceMs = null;
    this.#patience = null;
  }

  /** As `Patience.failed`, over the fetches that failed in a row. */
  failed({ triedMs, forMs }: { readonly triedMs: number; readonly forMs: number }) {
    this.failingSinceMs ??= Date.now() - triedMs;
    this.#patience ??= new Patience(forMs);
    return this.#patience.failed(triedMs);
  }

  /** Adds the time of a fetch that brought nothing. Returns the time of all such fetches in a row. */
  addEmptyMs(ms: number): number {
    this.#emptyMs += ms;
    return this.#emptyMs;
  }

  /** The range was not at fault, so its failures and empty fetches no longer count. */
  forgetFailures(): void {
    this.answered();
    this.#emptyMs = 0;
  }
}
