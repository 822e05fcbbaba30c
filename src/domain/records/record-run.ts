/** A header of a Kafka record. Keys may repeat; the order is the producer's. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

/**
 * Records of one partition as columns over one shared buffer. There is no object per record, so reading creates no garbage.
 * A run is valid until the next one is requested; keep bytes by copying them. Only the first `count` elements of each array
 * are meaningful. A start of -1 means null.
 */
export interface RecordRun {
  readonly partition: number;
  readonly count: number;
  /** Holds the keys, values and headers. */
  readonly bytes: Buffer;
  /** Strictly ascending; exact, because Kafka offsets stay far below 2^53. */
  readonly offsets: Float64Array;
  /** Milliseconds since 1970. */
  readonly timestamps: Float64Array;
  readonly valueStarts: Int32Array;
  /** Exclusive. */
  readonly valueEnds: Int32Array;
  readonly keyStarts: Int32Array;
  /** Exclusive. */
  readonly keyEnds: Int32Array;
  /** Decoded on demand, because only dead letters need them. */
  headers(index: number): readonly RecordHeader[];
}

/** Some records of a run, chosen by their indexes in ascending order. They are valid for as long as the run is. */
export function pickRecords(run: RecordRun, indexes: readonly number[]): RecordRun {
  if (indexes.length === run.count) return run;
  const doubles = (of: Float64Array) => Float64Array.from(indexes, (index) => of[index] ?? -1);
  const integers = (of: Int32Array) => Int32Array.from(indexes, (index) => of[index] ?? -1);
  return {
    partition: run.partition,
    count: indexes.length,
    bytes: run.bytes,
    offsets: doubles(run.offsets),
    timestamps: doubles(run.timestamps),
    valueStarts: integers(run.valueStarts),
    valueEnds: integers(run.valueEnds),
    keyStarts: integers(run.keyStarts),
    keyEnds: integers(run.keyEnds),
    headers: (index) => run.headers(indexes[index] ?? -1),
  };
}
