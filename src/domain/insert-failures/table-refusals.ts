import { MAX_REFUSED_IN_A_ROW, REJECTIONS_TOLERATED } from '../limits.js';

/**
 * How the table has treated the rows of one lane since the last batch without refusals. It is passed from plan to plan,
 * because rows are refused one by one over many plans, and a wrong table must not turn all of them into dead letters.
 */
export interface TableRefusals {
  /** Error codes that have been blamed on rows. They don't have to repeat before the next row is blamed. */
  readonly codes: readonly string[];
  readonly refused: number;
  readonly accepted: number;
  /** Rows that were refused since the last accepted one. */
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

/** Whether nothing shows that the table works: it has accepted none of the rows, and there was more than one. */
export function hasNoWitness({ refused, accepted }: TableRefusals): boolean {
  return accepted === 0 && refused > 1;
}

/**
 * Whether the table is at fault rather than the rows. For a code that is known to be about values, as many refused rows are
 * tolerated as records that the contract rejects. Any other code may have a different cause, such as a missing dictionary.
 * Then a few consecutive refusals are enough.
 */
export function isTableToBlame(
  { refused, accepted, inARow }: TableRefusals,
  isAboutValues: boolean,
): boolean {
  if (refused > REJECTIONS_TOLERATED && refused >= accepted) return true;
  return !isAboutValues && inARow > MAX_REFUSED_IN_A_ROW;
}
