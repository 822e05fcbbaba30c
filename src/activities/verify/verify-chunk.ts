import type { Decoder } from '../../domain/event/decoder.js';
import type { RecordRun } from '../../domain/event/records.js';
import type { RecordSource, TableContents } from '../../domain/ports.js';
import { type Comparison, createComparison } from '../../domain/verify/comparison.js';
import type { VerifySlice } from '../../domain/verify/plan.js';
import type { Tally } from '../../domain/verify/tally.js';

export interface Chunk {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly before: Tally;
}

interface ChunkDependencies {
  readonly source: RecordSource;
  readonly contents: TableContents;
  readonly decoder: Decoder;
  readonly signal: AbortSignal;
}

/** Holds the records of some offsets against what the table and its dead letters say of them. */
export async function verifyChunk(
  { topic, table, hasDeadLetters, by, range }: VerifySlice,
  { first, end, before }: Chunk,
  { source, contents, decoder, signal }: ChunkDependencies,
): Promise<Tally> {
  const { partition, epochs, committed } = range;
  const comparison = createComparison({ first, end, epochs, committed });
  const offsets = { partition, first, end };
  if (by === 'offsets') {
    await contents.readRows(table, topic, offsets, (epoch, offset) => {
      comparison.addRow(epoch, offset);
    });
  }
  if (hasDeadLetters) {
    await contents.readLetters(table, topic, offsets, (letter) => {
      comparison.addLetter(letter);
    });
  }
  for await (const fetched of source.read(topic, [{ ...offsets, epoch: 0 }], signal)) {
    for (const run of fetched.runs()) addRun(run, comparison, decoder);
  }
  return comparison.addTo(before);
}

/** Values are looked at only where nothing else tells what became of a record. */
function addRun(run: RecordRun, comparison: Comparison, decoder: Decoder): void {
  for (let index = 0; index < run.count; index++) {
    const offset = run.offsets[index] ?? -1;
    if (comparison.addRecord(offset) || decoder.scanner !== null) continue;
    if (isFiltered(run, index, decoder)) comparison.setFiltered(offset);
  }
}

/** Only a transform leaves records out; where records are taken as they stand, the scanner does that. */
function isFiltered({ bytes, valueStarts, valueEnds }: RecordRun, index: number, decoder: Decoder) {
  const start = valueStarts[index] ?? -1;
  const value = start < 0 ? null : bytes.subarray(start, valueEnds[index]);
  return decoder.decode(value).kind === 'filtered';
}
