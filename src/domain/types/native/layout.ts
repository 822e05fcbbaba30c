/**
 * How the values of a column lie in `Native`, as far as rows can be told apart: few shapes serve all types.
 * `prefixed`: the first bytes of a column before all of its data (LowCardinality, JSON).
 */
export type Layout =
  | { readonly kind: 'fixed'; readonly width: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'nullable'; readonly of: Layout }
  | { readonly kind: 'array'; readonly of: Layout }
  | { readonly kind: 'tuple'; readonly of: readonly Layout[] }
  /** `keys`: as they lie in the dictionary, without Nullable. */
  | { readonly kind: 'low-cardinality'; readonly keys: Layout }
  | { readonly kind: 'json-text' };

/** The word before the data of a LowCardinality column: keys and indexes in every block. */
export const LOW_CARDINALITY_PREFIX = 1;
/** The word before the data of a JSON column: its objects as Strings. */
export const JSON_TEXT_PREFIX = 1;
/** LowCardinality: the keys stand in the block itself. The index width is in the low bits. */
export const HAS_OWN_KEYS = 0x200;
