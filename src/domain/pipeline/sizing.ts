import { GROW_AFTER_BATCHES, TABLE_PARTITIONS_PER_BLOCK } from '../limits.js';
import type { Cut } from '../batch/plan.js';
import type { BatchLimits } from './public-types.js';
import type { PipelineState, Shrunk } from './state.js';

/** Share of a new batch in the running average of bytes per record. */
const AVERAGE_WEIGHT = 0.3;

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

/** The tighter cut that a batch came back with, or null where it only names other columns. */
export function shrinkTo(cut: Cut, why: string, limits: BatchLimits): Shrunk | null {
  const { maxRows, maxBytes, maxTablePartitions } = cut;
  const asWide =
    maxRows >= limits.maxRows &&
    maxBytes >= limits.maxBytes &&
    maxTablePartitions >= TABLE_PARTITIONS_PER_BLOCK;
  return asWide ? null : { maxRows, maxBytes, maxTablePartitions, successes: 0, why };
}

/** A shrunk cut doubles after a run of successes, until the settings' limits are reached again. */
export function growAfterSuccess(shrunk: Shrunk | null, limits: BatchLimits): Shrunk | null {
  if (shrunk === null) return null;
  if (shrunk.successes + 1 < GROW_AFTER_BATCHES) {
    return { ...shrunk, successes: shrunk.successes + 1 };
  }
  const wider = {
    maxRows: Math.min(limits.maxRows, shrunk.maxRows * 2),
    maxBytes: Math.min(limits.maxBytes, shrunk.maxBytes * 2),
    maxTablePartitions: Math.min(TABLE_PARTITIONS_PER_BLOCK, shrunk.maxTablePartitions * 2),
  };
  const asWide =
    wider.maxRows >= limits.maxRows &&
    wider.maxBytes >= limits.maxBytes &&
    wider.maxTablePartitions >= TABLE_PARTITIONS_PER_BLOCK;
  return asWide ? null : { ...wider, successes: 0, why: shrunk.why };
}

export function averageBytes(
  average: number,
  batch: { readonly records: number; readonly bytes: number },
): number {
  if (batch.records === 0) return average;
  const measured = batch.bytes / batch.records;
  return Math.max(1, average + AVERAGE_WEIGHT * (measured - average));
}
