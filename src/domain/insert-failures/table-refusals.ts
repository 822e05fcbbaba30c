import { MAX_REFUSED_IN_A_ROW, REJECTIONS_TOLERATED } from '../limits.js';

/**
 * What the table made of the rows of one lane since the last batch of which it refused none. It goes from plan to plan,
 * because rows are refused one by one over many plans, and a wrong table must not make dead letters of all of them.
 */
export interface TableRefusals {
  /** Numbers of the errors that are blamed on rows: they need not repeat themselves again. */
  readonly codes: readonly string[];
  readonly refused: number;
  readonly accepted: number;
  /** Refused since the last row that was accepted. */
  readonly inARow: number;
}

export const NO_REFUSALS: TableRefusals = { codes: [], refused: 0, accepted: 0, inARow: 0 };

export function withAccepted(before: TableRefusals, rows: number): TableRefusals {
  if (rows === 0) return before;
  return { ...before, accepted: before.accepted + rows, inARow: 0 };
}

export function withRefused(before: TableRefusals, rows = 1): TableRefusals {
  return { ...before, refused: before.refused + rows, inARow: before.inARow + rows };
}

export function withBlamed(before: TableRefusals, code: string): TableRefusals {
  return before.codes.includes(code) ? before : { ...before, codes: [...before.codes, code] };
}

/** Nothing speaks for the table: it has taken none of the rows that were sent, and they were more than one. */
export function hasNoWitness({ refused, accepted }: TableRefusals): boolean {
  return accepted === 0 && refused > 1;
}

/**
 * The table is wrong, rather than rows. Of a number that is known to be about values, as many rows are tolerated as of
 * records that the contract rejects. Any other number may come from a dictionary that is gone, for example: then the
 * first rows that are refused one after the other are enough.
 */
export function isTableToBlame(
  { refused, accepted, inARow }: TableRefusals,
  isAboutValues: boolean,
): boolean {
  if (refused > REJECTIONS_TOLERATED && refused >= accepted) return true;
  return !isAboutValues && inARow > MAX_REFUSED_IN_A_ROW;
}
