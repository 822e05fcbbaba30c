import type { OlderVersion } from '../support/older-kafka.js';
import type { StallReport } from './cluster/stall-verdict.js';
import type { Scene } from './scene.js';

/** One line of the table: a fault, brought about on real servers under load. */
export interface FaultCase {
  /** `group/name`: what `--only` takes. */
  readonly name: string;
  /** What happens, for the reader of the table. */
  readonly fault: string;
  /** Kafka brokers, 1 unless given; the same for all cases of a group. */
  readonly brokers?: number;
  /** Of Kafka's nodes, where it is not the one of the embedded stack; the same for all cases of a group. */
  readonly kafkaVersion?: OlderVersion;
  /** Flags for a Temporal of the case's own. */
  readonly temporalFlags?: readonly string[];
  /** The pipelines are not to be stopped at the end, because the case has ended them. */
  readonly leavesPipelines?: boolean;
  /** What `verify` has to say, given what the oracle found; null where it has nothing to compare. */
  readonly verifies?: (found: Verified, scene: Scene) => Expected | Promise<Expected>;
  /** Loads, breaks, repairs. Throws where the product does not do what it promises, or the fault did not happen. */
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
  /** How often it was struck. */
  readonly strikes: number;
  /** The longest time until rows came again, in milliseconds; null where they didn't, or the case failed otherwise. */
  readonly recoveredMs: number | null;
  readonly tookMs: number;
  readonly notes: readonly string[];
  /** How long partitions stood still, where the case measures it; one for each fault. */
  readonly stalls?: readonly StallReport[];
  /** Why the case failed; null where it did not. */
  readonly failure: string | null;
}

export function isGood({ lost, doubled, failure }: CaseResult): boolean {
  return lost === 0 && doubled === 0 && failure === null;
}
