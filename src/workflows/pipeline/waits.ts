import type { CancellationScope } from '@temporalio/workflow';
import type { AwaitGroup, AwaitInput, AwaitResult } from '../../domain/pipeline/await-records.js';

/** How a wait ended: with what Kafka has, by something that lanes must look at, or because a wait for more lanes took over. */
export type WaitEnd =
  | { readonly kind: 'seen'; readonly result: AwaitResult }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'replaced' };

export interface SharedWait {
  readonly input: AwaitInput;
  readonly scope: CancellationScope;
  readonly ended: Promise<WaitEnd>;
  isReplaced: boolean;
}

/** The waits of one run: one for all lanes, or, in runs that began with an older release, one for each. */
export interface Waits {
  readonly isShared: boolean;
  /** What each waiting lane waits for. */
  readonly waiting: Map<number, AwaitInput>;
  /** What each ingesting lane will wait for if its batch ends as planned. */
  readonly expected: Map<number, AwaitGroup>;
  /** By lane; under 0 where they are shared. */
  readonly running: Map<number, SharedWait>;
}

export function createWaits(isShared: boolean): Waits {
  return { isShared, waiting: new Map(), expected: new Map(), running: new Map() };
}
