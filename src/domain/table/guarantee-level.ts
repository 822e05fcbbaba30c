/** What the table can guarantee. `none`: it may lose rows that it has acknowledged. Each reason says what to do. */
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
  /** The statement to run, or what to do if no statement helps. */
  readonly fix: string;
  /** True if an event may lack the field. The guarantee then does not depend on the column. */
  readonly optional: boolean;
}
