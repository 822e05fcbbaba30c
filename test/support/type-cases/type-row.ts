/** A type, JSON values for it, and their results. */
export interface TypeRow {
  readonly type: string;
  /** By JSON text: how ClickHouse prints the stored value. The first one is also used as a default. */
  readonly stored: Readonly<Record<string, string>>;
  /** By JSON text: the reason, and the path from the value to the element at fault. */
  readonly rejected: Readonly<Record<string, string>>;
  /** What ClickHouse stores for some rejected values when it reads them as JSON: something else than was sent. */
  readonly silent?: Readonly<Record<string, string>>;
  /** Deliberately stored differently than ClickHouse stores the same JSON. */
  readonly differs?: readonly string[];
}

export const row = (
  type: string,
  stored: TypeRow['stored'],
  rejected: TypeRow['rejected'],
  more: Partial<TypeRow> = {},
): TypeRow => ({ type, stored, rejected, ...more });

/** Stored as they are written. */
export const same = (...values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map((value) => [value, value]));
export const texts = (...values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map((value) => [`"${value}"`, value]));

export const NULL = { null: 'null_value' };
/** Limits of UInt256 and Int256. */
export const MAX_256 = String(2n ** 256n - 1n);
export const MIN_256 = String(-(2n ** 255n));
