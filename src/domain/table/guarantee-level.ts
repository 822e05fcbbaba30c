/**
 * What the table was found to carry. `none`: it may lose rows that it has acknowledged. Each reason says what to do.
 */
export type Guarantee =
  | { readonly level: 'exactly-once' }
  | { readonly level: 'at-least-once' | 'none'; readonly why: readonly string[] };

export const GUARANTEE_LEVELS = ['exactly-once', 'at-least-once', 'none'] as const;
/** `none`: the table may lose rows that it has acknowledged. */
export type GuaranteeLevel = (typeof GUARANTEE_LEVELS)[number];

/** A column of the contract whose values the table does not store. */
export interface NotStored {
  readonly column: string;
  /** For example `column payload is missing`. */
  readonly why: string;
  /** The statement to run, or what to do where no statement helps. */
  readonly fix: string;
  /** An event may lack the field, so that the guarantee does not depend on it. */
  readonly optional: boolean;
}
