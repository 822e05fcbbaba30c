/**
 * Values that are already encoded, for columns of the same shape. They have one part for each byte sequence of a type, in
 * the order of the types. Nullable: a byte for each value, then the values. Array and Map: the lengths as UInt32, then the
 * elements. LowCardinality: the indexes as UInt32, then the start of each key and the end of the last one, then the keys.
 */
export interface EncodedParts {
  readonly bytes: Uint8Array;
  /** A view of the same memory. */
  readonly words: Uint32Array;
  /** First byte of each part. It is a multiple of four if the part holds UInt32. */
  readonly starts: readonly number[];
  /** Exclusive. */
  readonly ends: readonly number[];
  /** Number of parts that were taken. */
  taken: number;
}

/** Takes rows that are already encoded: the parts of all columns, in their order. */
export interface EncodedRows {
  appendEncoded(parts: EncodedParts): void;
}

/** The next part as UInt32. */
export function nextWords(parts: EncodedParts): Uint32Array {
  const part = parts.taken++;
  return parts.words.subarray((parts.starts[part] ?? 0) / 4, (parts.ends[part] ?? 0) / 4);
}
