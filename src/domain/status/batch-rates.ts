import type { BatchSummary } from '../pipeline/batch-summary.js';
import type { BatchPhases } from '../pipeline/batch-plan.js';

/** Batches that rates are taken over. */
const RATE_BATCHES = 20;

/** Rates and times of the newest batches. */
export interface BatchRates {
  readonly batches: number;
  /** When the newest of them ended. */
  readonly lastAt: string;
  readonly rowsPerSecond: number;
  /** Age of a batch's oldest record when its rows became queryable. Null if no batch had rows. */
  readonly freshnessMs: { readonly median: number; readonly most: number } | null;
  /** Share of the batches' time, in percent. Phases overlap, so the sum may exceed 100. */
  readonly shares: Readonly<Record<Exclude<keyof BatchPhases, 'totalMs'>, number>>;
}

/** Null before the first batch. `recent` is in ascending order of time. */
export function batchRates(recent: readonly BatchSummary[]): BatchRates | null {
  const batches = recent.slice(-RATE_BATCHES);
  const first = batches[0];
  const last = batches.at(-1);
  if (!first || !last) return null;
  const sum = (value: (batch: BatchSummary) => number) =>
    batches.reduce((total, batch) => total + value(batch), 0);
  const spanMs = Date.parse(last.at) - Date.parse(first.at) + first.phases.totalMs;
  const totalMs = Math.max(
    1,
    sum(({ phases }) => phases.totalMs),
  );
  const share = (phase: keyof BatchPhases) =>
    Math.round((100 * sum(({ phases }) => phases[phase])) / totalMs);
  return {
    batches: batches.length,
    lastAt: last.at,
    rowsPerSecond: spanMs > 0 ? Math.round((sum(({ rows }) => rows) / spanMs) * 1_000) : 0,
    freshnessMs: freshness(batches),
    shares: {
      waitMs: share('waitMs'),
      fetchMs: share('fetchMs'),
      decodeMs: share('decodeMs'),
      insertMs: share('insertMs'),
      commitMs: share('commitMs'),
    },
  };
}

function freshness(batches: readonly BatchSummary[]): BatchRates['freshnessMs'] {
  const ages = batches
    .flatMap(({ oldestRecordMs }) => (oldestRecordMs === null ? [] : [oldestRecordMs]))
    .toSorted((a, b) => a - b);
  const median = ages[Math.floor(ages.length / 2)];
  const most = ages.at(-1);
  return median === undefined || most === undefined ? null : { median, most };
}
