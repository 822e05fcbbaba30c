/**
 * How the values of a column are arranged in `Native`, as far as needed to separate rows. A few shapes cover all types.
 * Some columns have a prefix before all of their data (LowCardinality, JSON).
 */
export type Layout =
  | { readonly kind: 'fixed'; readonly width: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'nullable'; readonly of: Layout }
  | { readonly kind: 'array'; readonly of: Layout }
  | { readonly kind: 'tuple'; readonly of: readonly Layout[] }
  /** `keys`: their layout in the dictionary, without Nullable. */
  | { readonly kind: 'low-cardinality'; readonly keys: Layout }
  | { readonly kind: 'json-text' };

/** The prefix of a LowCardinality column: each block has its own keys and indexes. */
export const LOW_CARDINALITY_PREFIX = 1;
/** The prefix of a JSON column: its objects are Strings. */
export const JSON_TEXT_PREFIX = 1;
/** Flag of a LowCardinality: the keys are in the block itself. The low bits hold the width of the indexes. */
export const HAS_OWN_KEYS = 0x200;
