import { type PlannedContract, TABLE_CONTRACT } from '../table/planned-contract.js';
import { TABLE_RECHECK_MS, TABLE_REFRESH_MS } from '../limits.js';
import type { PipelineState } from '../pipeline/state.js';
import { guaranteeWith, type Target } from '../table/target.js';

type Described = Pick<PipelineState, 'target' | 'settings'>;

/** Somebody may be about to run a statement that a warning showed. Its effect should show soon. */
export function isUnsettled({ target, settings }: Described): boolean {
  const { describedMs = 0, notStored = [], warnings = [] } = target;
  const { level } = guaranteeWith(target, settings.lanes);
  return (
    describedMs === 0 || level !== 'exactly-once' || notStored.length > 0 || warnings.length > 0
  );
}

/** From this time on, the table is described again even if its version is unchanged. In milliseconds since 1970. */
export function describeAfterMs(state: Described): number {
  const { describedMs = 0 } = state.target;
  if (describedMs === 0) return 0;
  return describedMs + (isUnsettled(state) ? TABLE_REFRESH_MS : TABLE_RECHECK_MS);
}

/** Marks the table to be described again before anything else is planned or awaited. */
export function toBeDescribed(target: Target): Target {
  return { ...target, describedMs: 0 };
}

/**
 * Uses the current description of the table for later plans. It is ignored if it is another table or stores less: a person
 * decides about those, and the next batch asks.
 */
export function withFoundTarget(state: PipelineState, found: Target | undefined): PipelineState {
  const { target } = state;
  if (found?.tableId !== target.tableId) return state;
  const storesLess = target.columns.some((column) => !found.columns.includes(column));
  if (storesLess && !isOtherVersion(target.contract, found.contract)) return state;
  // Earlier releases kept warnings about the table among those of batches. Batches report theirs again.
  const warnings = target.warnings === undefined ? [] : state.warnings;
  return { ...state, target: found, warnings };
}

/** Somebody deployed another version of the contract, which may have fewer columns. */
function isOtherVersion(
  known: PlannedContract | undefined,
  found: PlannedContract | undefined,
): boolean {
  if (known === undefined || known.name === TABLE_CONTRACT) return false;
  return found?.name === known.name && found.hash !== known.hash;
}
