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

/** The assumption is forgotten over so many records at once: a handful may be of another kind than the rest. */
const RECORDS_TO_FORGET = 1_000;

/** How many records the next batch may hold, and which limit says so. */
export function batchSize(state: PipelineState): { readonly rows: number; readonly why: string } {
  const { maxRows, maxBytes } = state.settings.batch;
  const byBytes = Math.max(1, Math.floor(maxBytes / state.bytesPerRecord));
  const average = `${Math.round(state.bytesPerRecord)} bytes per record on average`;
  if (byBytes < maxRows) return { rows: byBytes, why: `maxBytes ${maxBytes} at ${average}` };
  return { rows: maxRows, why: `maxRows; ${average}` };
}

/** The limits of one block: the settings', or tighter ones while ClickHouse asks for that. */
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

/** The limits that the next cut keeps beside the settings' own, after what a batch came to. */
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
      // Another lane's success says nothing about the rows that are looked for.
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

/** The tighter cut that a batch came back with, or null where it is as wide as the settings allow. */
function shrinkTo(cut: Cut, why: string, limits: BatchLimits): Shrunk | null {
  const { maxRows, maxBytes, maxTablePartitions } = cut;
  const shrunk = { maxRows, maxBytes, maxTablePartitions, successes: 0, why };
  return isAsWide(shrunk, limits) ? null : shrunk;
}

/** A shrunk cut doubles after a number of blocks that succeeded, until the settings' limits are reached again. */
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
