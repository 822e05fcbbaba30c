/**
 * Values that are encoded already, for columns of one shape: a part for each sequence of bytes that a type has, in the order
 * of the types in it. Nullable: a byte for each value, then the values. Array and Map: the lengths as UInt32, then the
 * elements. LowCardinality: the indexes as UInt32, where each of the keys starts and where the last ends, then the keys.
 */
export interface EncodedParts {
  readonly bytes: Uint8Array;
  /** The same memory. */
  readonly words: Uint32Array;
  /** By part: its first byte, a multiple of four where it holds UInt32. */
  readonly starts: readonly number[];
  /** Exclusive. */
  readonly ends: readonly number[];
  /** Counts the parts that were taken. */
  taken: number;
}

/** Takes rows that are encoded already: the parts of all columns, in their order. */
export interface EncodedRows {
  appendEncoded(parts: EncodedParts): void;
}

/** The UInt32 of the next part. */
export function nextWords(parts: EncodedParts): Uint32Array {
  const part = parts.taken++;
  return parts.words.subarray((parts.starts[part] ?? 0) / 4, (parts.ends[part] ?? 0) / 4);
}
