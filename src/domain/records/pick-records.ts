import type { RecordRun } from './record-run.js';

/** Some records of a run, by their indexes, ascending. Valid for as long as the run is. */
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
