import { CODECS, type Codec } from '../../dev/events/compress.js';
import { SAMPLE_BYTES } from '../stage/load.js';
import type { Dimension } from './figures.js';

/** One setting of a sweep. Everything else has Millrace's defaults. */
export interface SweepCase {
  readonly dimension: Dimension;
  readonly setting: string;
  readonly load: LoadWish;
  readonly lanes: number;
  readonly maxRows: number;
}

export interface LoadWish {
  readonly partitions: number;
  /** Null: sample events. */
  readonly recordBytes: number | null;
  readonly codec: Codec;
}

const BASE: LoadWish = { partitions: 4, recordBytes: null, codec: 'none' };
/** Millrace's defaults. */
const DEFAULTS = { lanes: 2, maxRows: 200_000 };

const LANES = [1, 2, 4, 8];
const ROWS = [20_000, 50_000, 100_000, 200_000, 400_000];
const PARTITIONS = [1, 4, 16];
const SIZES = [100, null, 1_600, 16_000];

const inWords = (value: number) => value.toLocaleString('en-US');

export const SWEEP: readonly SweepCase[] = [
  ...LANES.map((lanes) => ({
    ...DEFAULTS,
    dimension: 'lanes' as const,
    setting: `${lanes}`,
    // A lane needs at least one partition.
    load: { ...BASE, partitions: Math.max(BASE.partitions, lanes) },
    lanes,
  })),
  ...ROWS.map((maxRows) => ({
    ...DEFAULTS,
    dimension: 'batch' as const,
    setting: `${inWords(maxRows)} rows`,
    load: BASE,
    maxRows,
  })),
  ...PARTITIONS.map((partitions) => ({
    ...DEFAULTS,
    dimension: 'partitions' as const,
    setting: `${partitions}`,
    load: { ...BASE, partitions },
  })),
  ...SIZES.map((recordBytes) => ({
    ...DEFAULTS,
    dimension: 'record' as const,
    setting: `${inWords(recordBytes ?? SAMPLE_BYTES)} B`,
    load: { ...BASE, recordBytes },
  })),
  ...CODECS.map((codec) => ({
    ...DEFAULTS,
    dimension: 'codec' as const,
    setting: codec,
    load: { ...BASE, codec },
  })),
];
