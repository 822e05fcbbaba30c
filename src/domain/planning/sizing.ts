import type { BatchOutcome, BatchPlan } from '../pipeline/batch-plan.js';
import type { Cut } from '../blocks/block-limits.js';
import {
  FIRST_BYTES_PER_RECORD,
  GROW_AFTER_BLOCKS,
  TABLE_PARTITIONS_PER_BLOCK,
} from '../limits.js';
import type { BatchLimits } from '../pipeline/settings.js';
import type { PipelineState, Shrunk } from '../pipeline/state.js';

/** Share of a new batch in the running average of bytes per record. */
const AVERAGE_WEIGHT = 0.3;

/** A batch with this many records replaces the assumed average. A smaller one may not be typical. */
const RECORDS_TO_FORGET = 1_000;

/** Number of records that the next batch may hold, and the limit that determines it. */
export function batchSize(state: PipelineState): { readonly rows: number; readonly why: string } {
  const { maxRows, maxBytes } = state.settings.batch;
  const byBytes = Math.max(1, Math.floor(maxBytes / state.bytesPerRecord));
  const average = `${Math.round(state.bytesPerRecord)} bytes per record on average`;
  if (byBytes < maxRows) return { rows: byBytes, why: `maxBytes ${maxBytes} at ${average}` };
  return { rows: maxRows, why: `maxRows; ${average}` };
}

/** Limits of one block: the settings', or tighter ones while ClickHouse needs smaller blocks. */
export function currentCut(state: PipelineState): Cut {
  const { settings, shrunk, target } = state;
  return {
    version: 1,
    maxRows: Math.min(settings.batch.maxRows, shrunk?.maxRows ?? Infinity),
    maxBytes: Math.min(settings.batch.maxBytes, shrunk?.maxBytes ?? Infinity),
    maxTablePartitions: shrunk?.maxTablePartitions ?? TABLE_PARTITIONS_PER_BLOCK,
    tablePartition: target.tablePartition,
    columns: target.columns,
    alone: state.alone,
  };
}

/** Limits for the next split that are tighter than the settings', after a batch. */
export function nextShrunk(
  { shrunk, settings }: Pick<PipelineState, 'shrunk' | 'settings'>,
  plan: BatchPlan,
  outcome: BatchOutcome,
): Shrunk | null {
  const search = shrunk?.search;
  switch (outcome.kind) {
    case 'held':
    case 'partial':
      return shrunk;
    case 'done':
      // Success of another lane says nothing about the rows that this search looks for.
      if (search !== undefined) return search.lane === plan.lane ? search.before : shrunk;
      return growAfterSuccess(shrunk, settings.batch, outcome.stats.blocks);
    case 'recut': {
      const next = shrinkTo(outcome.cut, outcome.why, settings.batch);
      const isFound = outcome.cut.alone.length > plan.cut.alone.length;
      if (isFound && search?.lane === plan.lane) return search.before;
      if (next === null || isFound || outcome.refusal?.action !== 'bisect') return next;
      return { ...next, search: search ?? { lane: plan.lane, before: shrunk } };
    }
  }
}

/** The tighter limits that a batch returned. Null if they are as wide as the settings allow. */
function shrinkTo(cut: Cut, why: string, limits: BatchLimits): Shrunk | null {
  const { maxRows, maxBytes, maxTablePartitions } = cut;
  const shrunk = { maxRows, maxBytes, maxTablePartitions, successes: 0, why };
  return isAsWide(shrunk, limits) ? null : shrunk;
}

/** Reduced limits double after a number of successful blocks, until they reach the settings' limits again. */
function growAfterSuccess(
  shrunk: Shrunk | null,
  limits: BatchLimits,
  blocks: number,
): Shrunk | null {
  if (shrunk === null) return null;
  const successes = shrunk.successes + blocks;
  if (successes < GROW_AFTER_BLOCKS) return { ...shrunk, successes };
  const wider = {
    maxRows: Math.min(limits.maxRows, shrunk.maxRows * 2),
    maxBytes: Math.min(limits.maxBytes, shrunk.maxBytes * 2),
    maxTablePartitions: Math.min(TABLE_PARTITIONS_PER_BLOCK, shrunk.maxTablePartitions * 2),
    successes: 0,
    why: shrunk.why,
  };
  return isAsWide(wider, limits) ? null : wider;
}

function isAsWide(cut: Shrunk, limits: BatchLimits): boolean {
  return (
    cut.maxRows >= limits.maxRows &&
    cut.maxBytes >= limits.maxBytes &&
    cut.maxTablePartitions >= TABLE_PARTITIONS_PER_BLOCK
  );
}

/** The running average of bytes per record. */
export function averageBytes(
  average: number,
  batch: { readonly records: number; readonly bytes: number },
): number {
  if (batch.records === 0) return average;
  const measured = Math.max(1, batch.bytes / batch.records);
  const isAssumed = average === FIRST_BYTES_PER_RECORD;
  if (isAssumed && batch.records >= RECORDS_TO_FORGET) return measured;
  return Math.max(1, average + AVERAGE_WEIGHT * (measured - average));
}
