import type { Block } from '../blocks/block.js';
import type { InsertError } from './insert-error.js';
import type { CutAction } from './decide.js';
import type { Cut } from '../blocks/block-limits.js';
import { type LoneRecord, offsetAt } from '../records/offset-range.js';
import type { Refusal } from './refusal.js';
import { ISOLATED_AT_ONCE, MIN_SHRINK_BYTES } from '../limits.js';
import { readableNumber } from '../readable-units.js';

/** Most records of one batch that get a block of their own. If more rows are bad, bisection is not the right answer. */
const MAX_ALONE = 1_000;

/** Smallest block between two bad rows. Many smaller blocks cost more than resending a few larger ones. */
const MIN_REFUSED_ROWS = 2_000;
const REFUSALS_IN_BLOCK = 4;

export interface NewCut {
  readonly cut: Cut;
  /** ClickHouse's error and its consequence, for the history and `status`. */
  readonly why: string;
  readonly refusal?: Refusal | undefined;
}

/**
 * The block limits to try after ClickHouse refused a block. Null if other limits would not help: the same block is then
 * sent again later. Halving ends at single rows. If the server names the faulty row, that row gets a block of its own
 * instead.
 */
export function recut(
  cut: Cut,
  refused: Pick<Block, 'rows' | 'valueBytes' | 'tablePartitions' | 'spans'>,
  { action, error, columns }: RefusedBecause,
): NewCut | null {
  const because = (what: string) => `${error.message}; ${what}`;
  switch (action) {
    case 'refresh':
      if (columns.join() === cut.columns.join()) return null;
      return { cut: { ...cut, columns }, why: because('columns were read again') };
    case 'bisect': {
      const suspect = suspectOf(cut, refused, error);
      if (suspect === null) {
        const few = fewOf(cut, refused);
        if (few === null) break;
        return {
          cut: { ...cut, alone: [...cut.alone, ...few] },
          why: because(`each of the ${few.length} rows gets a block of its own`),
        };
      }
      const { partition, offset } = suspect;
      const maxRows = Math.min(cut.maxRows, rowsBetweenRefusals(error.row ?? refused.rows));
      return {
        cut: { ...cut, maxRows, alone: [...cut.alone, { partition, offset }] },
        why: because(`record p${partition} ${offset} gets a block of its own`),
      };
    }
    case 'split': {
      if (refused.tablePartitions < 2) break;
      const maxTablePartitions = Math.floor(refused.tablePartitions / 2);
      return {
        cut: { ...cut, maxTablePartitions },
        why: because(`blocks of at most ${maxTablePartitions} table partitions`),
      };
    }
    case 'shrink':
      return canBeHalved(refused) ? halved(cut, refused, error.message) : null;
  }
  if (refused.rows < 2) return null;
  const { why, cut: smaller } = halved(cut, refused, error.message);
  return { cut: { ...smaller, maxBytes: cut.maxBytes }, why };
}

/** Smaller blocks would hardly need fewer resources of the server, and a block of one row can't be halved. */
export function canBeHalved({ rows, valueBytes }: Pick<Block, 'rows' | 'valueBytes'>): boolean {
  return rows > 1 && valueBytes >= MIN_SHRINK_BYTES;
}

/** Blocks with half as many rows and bytes. */
export function halved(
  cut: Cut,
  { rows, valueBytes }: Pick<Block, 'rows' | 'valueBytes'>,
  message: string,
): NewCut {
  const maxRows = Math.ceil(rows / 2);
  const maxBytes = Math.max(1, Math.ceil(valueBytes / 2));
  return {
    cut: { ...cut, maxRows, maxBytes },
    why: `${message}; blocks of at most ${readableNumber(maxRows)} rows`,
  };
}

/** Bad rows rarely come alone, and each refusal costs its whole block. So a block should contain only a few of them. */
function rowsBetweenRefusals(row: number): number {
  return Math.max(MIN_REFUSED_ROWS, REFUSALS_IN_BLOCK * row);
}

export interface RefusedBecause {
  readonly action: CutAction;
  readonly error: InsertError;
  /** Insert columns that the table has now. */
  readonly columns: readonly string[];
}

/** The records of a block that is too small to be worth halving. Null if it is larger, or if isolating them was tried already. */
function fewOf(
  cut: Cut,
  { rows, spans }: Pick<Block, 'rows' | 'spans'>,
): readonly LoneRecord[] | null {
  if (rows > ISOLATED_AT_ONCE || cut.alone.length + rows > MAX_ALONE) return null;
  const alone = new Set(cut.alone.map(({ partition, offset }) => `${partition}/${offset}`));
  const few = Array.from({ length: rows }, (_, row) => offsetAt(spans, row)).filter(
    (each) => each !== null,
  );
  return few.some(({ partition, offset }) => !alone.has(`${partition}/${offset}`)) ? few : null;
}

/** The record of the row that the server names, or of the only row. Null if it already has a block of its own. */
function suspectOf(
  cut: Cut,
  refused: Pick<Block, 'rows' | 'spans'>,
  error: InsertError,
): LoneRecord | null {
  const row = refused.rows === 1 ? 0 : error.row;
  if (row === null || cut.alone.length >= MAX_ALONE) return null;
  const suspect = offsetAt(refused.spans, row);
  if (suspect === null) return null;
  const known = cut.alone.some(
    ({ partition, offset }) => partition === suspect.partition && offset === suspect.offset,
  );
  return known ? null : suspect;
}
