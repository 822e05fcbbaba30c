import type { CancellationScope } from '@temporalio/workflow';
import type { AwaitGroup, AwaitInput, AwaitResult } from '../../domain/pipeline/await-records.js';

/** How a wait ended: with an answer from Kafka, because the state changed, or because a wait for more lanes replaced it. */
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

/** The waits of one run: one for all lanes, or one per lane in runs that an older release started. */
export interface Waits {
  readonly isShared: boolean;
  /** What each waiting lane waits for. */
  readonly waiting: Map<number, AwaitInput>;
  /** What each ingesting lane will wait for if its batch ends as planned. */
  readonly expected: Map<number, AwaitGroup>;
  /** By lane; a shared wait has key 0. */
  readonly running: Map<number, SharedWait>;
}

export function createWaits(isShared: boolean): Waits {
  return { isShared, waiting: new Map(), expected: new Map(), running: new Map() };
}
