import { createHash } from 'node:crypto';
import { BatchTooLarge } from '../../domain/errors.js';
import type { Decoder } from '../../domain/event/decoder.js';
import type { RecordRun } from '../../domain/event/records.js';
import { logOf } from '../../domain/log.js';
import type { RecordSource, TableContents } from '../../domain/ports.js';
import { type Comparison, createComparison } from '../../domain/verify/comparison.js';
import type { VerifySlice } from '../../domain/verify/plan.js';
import type { Tally } from '../../domain/verify/tally.js';
import type { ReadMemory } from '../batch/read-memory.js';
import { createBreaths } from '../execution/event-loop.js';

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
  readonly memory: Pick<ReadMemory, 'open'>;
  readonly signal: AbortSignal;
}

/** Holds the records of some offsets against what the table and its dead letters say of them. */
export async function verifyChunk(
  slice: VerifySlice,
  { first, end, before }: Chunk,
  { source, contents, decoder, memory, signal }: ChunkDependencies,
): Promise<Tally> {
  const { topic, table, hasDeadLetters, by, range } = slice;
  const { partition, epochs, committed } = range;
  const log = logOf(slice);
  const comparison = createComparison({ first, end, epochs, committed });
  const offsets = { partition, first, end };
  if (by === 'offsets') {
    await contents.readRows(table, log, offsets, (epoch, offset) => {
      comparison.addRow(epoch, offset);
    });
  }
  if (hasDeadLetters) {
    await contents.readLetters(table, log, offsets, (letter) => {
      comparison.addLetter(letter);
    });
  }
  const look = { comparison, decoder, idColumn: contents.idColumn };
  await readRecords(topic, offsets, look, { source, memory, signal });
  if (comparison.isInQuestion) {
    await contents.readIdentities(table, log, offsets, (epoch, offset, identity) => {
      comparison.identifyRow(epoch, offset, identity);
    });
  }
  return comparison.addTo(before);
}

/** Goes on behind batches that are too large to be read: only what is known of their offsets is compared. */
async function readRecords(
  topic: string,
  { partition, first, end }: { readonly partition: number; readonly first: number; end: number },
  look: Look,
  { source, memory, signal }: Pick<ChunkDependencies, 'source' | 'memory' | 'signal'>,
): Promise<void> {
  const breaths = createBreaths();
  for (let next = first; next < end;) {
    try {
      const ranges = [{ partition, epoch: 0, first: next, end }];
      for await (const fetched of source.read(topic, ranges, signal)) {
        const close = await memory.open(fetched);
        try {
          for (const run of fetched.runs()) {
            addRun(run, look);
            const breath = breaths.due();
            if (breath !== null) await breath;
          }
        } finally {
          close();
        }
      }
      return;
    } catch (error) {
      if (!(error instanceof BatchTooLarge)) throw error;
      const { records } = error;
      look.comparison.addUnread({ first: Math.max(next, error.first), end: error.end, records });
      next = error.end;
    }
  }
}

interface Look {
  readonly comparison: Comparison;
  readonly decoder: Decoder;
  readonly idColumn: string;
}

/** Values are looked at only where that is needed to know what became of a record. */
function addRun(run: RecordRun, look: Look): void {
  // Only a transform leaves records out, and where there is none the scanner takes them as they stand.
  const mayFilter = look.decoder.scanner === null;
  for (let index = 0; index < run.count; index++) {
    const known = look.comparison.addRecord(run.offsets[index] ?? -1, run.timestamps[index] ?? -1);
    if (known === 'in-question' || (known === 'unknown' && mayFilter)) decode(run, index, look);
  }
}

function decode(run: RecordRun, index: number, { comparison, decoder, idColumn }: Look): void {
  const offset = run.offsets[index] ?? -1;
  const start = run.valueStarts[index] ?? -1;
  const value = start < 0 ? null : run.bytes.subarray(start, run.valueEnds[index]);
  const decoded = decoder.decode(value);
  if (decoded.kind === 'filtered') comparison.setFiltered(offset);
  if (decoded.kind === 'row') {
    comparison.identifyRecord(offset, identityOf(String(decoded.row[idColumn])));
  }
}

/** As ClickHouse reckons it. */
function identityOf(id: string): number {
  return createHash('md5').update(id).digest().readUInt32LE(0);
}
