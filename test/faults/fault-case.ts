import type { OlderVersion } from '../support/older-kafka.js';
import type { StallReport } from './cluster/stall-verdict.js';
import type { Scene } from './scene.js';

/** One line of the table: a fault that is caused on real servers under load. */
export interface FaultCase {
  /** `group/name`, as in `--only`. */
  readonly name: string;
  /** What happens, for readers of the table. */
  readonly fault: string;
  /** Kafka brokers, 1 unless given. The same for all cases of a group. */
  readonly brokers?: number;
  /** Version of Kafka's nodes, if not that of the embedded stack. The same for all cases of a group. */
  readonly kafkaVersion?: OlderVersion;
  /** Flags for a separate Temporal of this case. */
  readonly temporalFlags?: readonly string[];
  /** Pipelines are not stopped at the end, because the case has ended them. */
  readonly leavesPipelines?: boolean;
  /** The verdict that `verify` must have, given the oracle's result. Null if it has nothing to compare. */
  readonly verifies?: (found: Verified, scene: Scene) => Expected | Promise<Expected>;
  /** Loads, breaks and repairs. Throws if the product breaks its promise, or if the fault did not happen. */
  run(scene: Scene): Promise<void>;
}

type Expected = Partial<Verified> | null;

export interface Verified {
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  readonly skipped: number;
}

export interface CaseResult {
  readonly name: string;
  readonly fault: string;
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  readonly skipped: number;
  /** How often the fault happened. */
  readonly strikes: number;
  /**
   * The longest time until rows arrived again, in milliseconds. Null if they did not, or if the case failed otherwise.
   */
  readonly recoveredMs: number | null;
  readonly tookMs: number;
  readonly notes: readonly string[];
  /** How long partitions were stalled, if the case measures it. One for each fault. */
  readonly stalls?: readonly StallReport[];
  /** Why the case failed. Null if it did not. */
  readonly failure: string | null;
}

export function isGood({ lost, doubled, failure }: CaseResult): boolean {
  return lost === 0 && doubled === 0 && failure === null;
}
