import type { LetterSpan } from '../ports.js';
import type { EpochSegment } from './epochs.js';
import { collectRanges } from './range-tally.js';
import type { Tally } from './tally.js';

/**
 * Holds records, rows and dead letters of some consecutive offsets against each other. Rows and letters come first, in any
 * order, then the records; four bytes an offset for the rows, and one for all else.
 */
export interface Comparison {
  addRow(epoch: number, offset: number): void;
  addLetter(letter: LetterSpan): void;
  /** False where nothing tells what became of the record. */
  addRecord(offset: number): boolean;
  /** The transform leaves the record out. */
  setFiltered(offset: number): void;
  /** The tally of all that came before, and of these offsets. */
  addTo(before: Tally): Tally;
}

export interface ComparisonOptions {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** Which epoch counts where. */
  readonly epochs: readonly EpochSegment[];
  /** What the group has committed: records from there on may still be on their way. */
  readonly committed: number | null;
}

const RECORD = 1;
const OPEN = 2;
const DROPPED = 4;
const REDRIVEN = 8;
const SKIPPED = 16;
const FILTERED = 32;
const LETTER = OPEN | DROPPED;
const MARKS = { open: OPEN, dropped: DROPPED, redriven: REDRIVEN } as const;

/** No row carries it: where no epoch has come, there is nothing to count. */
const NO_EPOCH = -1;

export function createComparison(options: ComparisonOptions): Comparison {
  const { first, end, committed } = options;
  const size = end - first;
  const rows = new Uint32Array(size);
  const marks = new Uint8Array(size);
  const epochAt = createEpochLookUp(options.epochs);
  let olderEpochs = 0;
  let newerEpochs = 0;
  const mark = (at: number, bit: number) => {
    marks[at] = (marks[at] ?? 0) | bit;
  };

  return {
    addRow(epoch, offset) {
      const counting = epochAt(offset);
      if (epoch === counting) rows[offset - first] = (rows[offset - first] ?? 0) + 1;
      else if (epoch < counting) olderEpochs += 1;
      else newerEpochs += 1;
    },
    addLetter({ epoch, isSkip, status, ...letter }) {
      if (isSkip && status === 'redriven') return;
      const bit = isSkip ? SKIPPED : MARKS[status];
      const last = Math.min(letter.end, end);
      for (let offset = Math.max(letter.first, first); offset < last; offset++) {
        if (epochAt(offset) === epoch) mark(offset - first, bit);
      }
    },
    addRecord(offset) {
      const at = offset - first;
      mark(at, RECORD);
      return rows[at] !== 0 || marks[at] !== RECORD;
    },
    setFiltered(offset) {
      mark(offset - first, FILTERED);
    },
    addTo(before) {
      const seen = { first, rows, marks, committed };
      const tally = judge(seen, before);
      return {
        ...tally,
        olderEpochs: tally.olderEpochs + olderEpochs,
        newerEpochs: tally.newerEpochs + newerEpochs,
      };
    },
  };
}

interface Seen {
  readonly first: number;
  readonly rows: Uint32Array;
  readonly marks: Uint8Array;
  readonly committed: number | null;
}

/** Adds what became of each record, and what is there beside that. */
function judge({ first, rows, marks, committed }: Seen, before: Tally): Tally {
  const sums = { ...before };
  const lost = collectRanges(before.lostRanges);
  const doubled = collectRanges(before.doubledRanges);
  for (let at = 0; at < marks.length; at++) {
    const here = marks[at] ?? 0;
    const rowsHere = rows[at] ?? 0;
    if (here === 0 && rowsHere === 0) continue;
    sums.rows += rowsHere;
    if (here & OPEN) sums.open += 1;
    if (here & DROPPED) sums.dropped += 1;
    if (here & REDRIVEN) sums.redriven += 1;
    if (here & RECORD) sums.records += 1;
    const found = rowsHere + (here & LETTER ? 1 : 0);
    if (found > 1) {
      sums.doubled += found - 1;
      doubled.add(first + at);
    }
    if (found > 0) {
      if (!(here & RECORD)) sums.withoutRecord += 1;
    } else if (here & RECORD) {
      const fate = fateWithoutTrace(here);
      sums[fate] += 1;
      if (fate !== 'lost') continue;
      lost.add(first + at);
      if (committed !== null && first + at >= committed) sums.lostUncommitted += 1;
    }
  }
  return { ...sums, lostRanges: lost.tally(), doubledRanges: doubled.tally() };
}

/** What became of a record that is neither a row nor a letter. A row that a redriven letter had: nothing excuses its loss. */
function fateWithoutTrace(marks: number): 'skipped' | 'filtered' | 'lost' {
  if (marks & REDRIVEN) return 'lost';
  if (marks & SKIPPED) return 'skipped';
  return marks & FILTERED ? 'filtered' : 'lost';
}

/** Segments are few, mostly one: looking through them costs less than an epoch for every offset. */
function createEpochLookUp(segments: readonly EpochSegment[]): (offset: number) => number {
  return (offset) => {
    for (const { epoch, first, end } of segments) {
      if (offset >= first && offset < end) return epoch ?? NO_EPOCH;
    }
    return NO_EPOCH;
  };
}
