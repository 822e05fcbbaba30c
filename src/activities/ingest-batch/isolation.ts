import type { Block } from '../../domain/blocks/block.js';
import type { BatchOutcome, BatchPlan } from '../../domain/pipeline/batch-plan.js';
import { isAboutValues } from '../../domain/insert-failures/decide.js';
import type { InsertError, InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { refusalCode } from '../../domain/insert-failures/refusal.js';
import {
  hasNoWitness,
  isTableToBlame,
  NO_REFUSALS,
  type TableRefusals,
  withAccepted,
  withBlamed,
  withRefused,
} from '../../domain/insert-failures/table-refusals.js';
import type { RepeatedFailures } from './repeated-failures.js';

type Decision = () => Promise<void> | void;

/** A row that the table refused, while it may be the table's fault. */
interface Suspect {
  readonly block: Block;
  readonly failed: InsertFailed;
}

/** Tracks which rows of a batch the table refuses, and whether the rows are at fault. */
export interface Isolation {
  readonly refusals: TableRefusals;
  /** As in `RepeatedFailures`, but an error code that was already blamed on rows of this lane counts as repeated. */
  countOf(error: InsertError): number;
  readonly mayArriveLate: boolean;
  readonly unanswered: number;
  /** A person decided about all rows of the block. */
  isAccepted(block: Pick<Block, 'covered'>): boolean;
  blame(error: InsertError): void;
  /** The table has accepted rows. */
  accepted(rows: number): void;
  /** The table refused a row that was sent alone. Returns false if it would refuse any row. */
  refused(error: InsertError): boolean;
  /** Runs the decision after all those that were put off before. */
  decide(decision: Decision): Promise<void>;
  /** Postpones the decision until the table has accepted another row, or the batch ends. */
  putOff(suspect: Suspect, decision: Decision): void;
  settle(): Promise<void>;
  /** At the end of the batch: rows that were refused while the table accepted none. */
  withoutWitness(): readonly Suspect[];
  /** For the next plan of the lane. */
  result(outcome: BatchOutcome['kind']): TableRefusals | undefined;
}

export function createIsolation(plan: BatchPlan, failures: RepeatedFailures): Isolation {
  const waiting: Decision[] = [];
  let suspects: Suspect[] = [];
  const before = plan.refusals ?? NO_REFUSALS;
  let refusals = before;
  return {
    get refusals() {
      return refusals;
    },
    countOf: (error) =>
      before.codes.includes(refusalCode(error)) ? Infinity : failures.countOf(error),
    mayArriveLate: failures.mayArriveLate,
    unanswered: failures.unanswered,
    isAccepted: ({ covered }) =>
      covered.every(({ partition, end }) => end <= Number(plan.acceptRefusals?.[partition] ?? 0)),
    blame(error) {
      refusals = withBlamed(refusals, refusalCode(error));
    },
    accepted(rows) {
      refusals = withAccepted(refusals, rows);
    },
    refused(error) {
      refusals = withRefused(refusals);
      return !isTableToBlame(refusals, isAboutValues(error));
    },
    async decide(decision) {
      if (waiting.length > 0) waiting.push(decision);
      else await decision();
    },
    putOff(suspect, decision) {
      suspects.push(suspect);
      waiting.push(decision);
    },
    async settle() {
      suspects = [];
      for (let next = waiting.shift(); next; next = waiting.shift()) await next();
    },
    withoutWitness: () => (hasNoWitness(refusals) ? suspects : []),
    result(outcome) {
      const isClean = outcome === 'done' && refusals.refused === before.refused;
      if (isClean || refusals === NO_REFUSALS) return undefined;
      // Suspects that are not decided yet remain in the rest of the batch, and will be counted again.
      return withRefused(refusals, -suspects.length);
    },
  };
}
