import { collectRanges } from './range-tally.js';
import { NO_TALLY, type Tally } from './tally.js';

/** What is known of an offset, one bit each. */
export const RECORD = 1;
export const OPEN = 2;
export const DROPPED = 4;
export const REDRIVEN = 8;
export const SKIPPED = 16;
export const FILTERED = 32;
/** The row is of an older epoch, and nothing has shown that it belongs to the record. */
export const IN_QUESTION = 64;
/** The record is in a batch that can't be read, and nothing shows whether it is lost. */
export const UNJUDGED = 128;
/** The event of the record is known and will be compared with that of its row. */
export const IDENTIFIED = 256;
/** A row was found that has the record's event (`SAME_EVENT`) or another one (`OTHER_EVENT`). */
export const SAME_EVENT = 512;
export const OTHER_EVENT = 1_024;
/** A dead letter that accounts for the record instead of a row. */
export const LETTER = OPEN | DROPPED;

/** What was found at consecutive offsets. */
export interface Places {
  readonly first: number;
  /** Number of rows of the epoch that counts. */
  readonly rows: Uint32Array;
  readonly marks: Uint16Array;
  readonly committed: number | null;
}

export function has({ marks }: Places, at: number, bits: number): boolean {
  return ((marks[at] ?? 0) & bits) !== 0;
}

export function mark({ marks }: Places, at: number, bits: number): void {
  marks[at] = (marks[at] ?? 0) | bits;
}

export function unmark({ marks }: Places, at: number, bits: number): void {
  marks[at] = (marks[at] ?? 0) & ~bits;
}

/** Determines the outcome of each record, and counts rows and dead letters in excess. */
export function judge({ first, rows, marks, committed }: Places, before: Tally): Tally {
  const sums = { ...NO_TALLY, ...before };
  const lost = collectRanges(before.lostRanges);
  const doubled = collectRanges(before.doubledRanges);
  for (let at = 0; at < marks.length; at++) {
    const here = marks[at] ?? 0;
    const rowsHere = rows[at] ?? 0;
    if (here === 0 && rowsHere === 0) continue;
    if (here & UNJUDGED) {
      sums.unjudged = (sums.unjudged ?? 0) + 1;
      continue;
    }
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
    if (here & (SAME_EVENT | OTHER_EVENT)) sums.identified += 1;
    // The row belongs to a record that Kafka no longer has, at the offset of this record's row.
    const isOther = isOfOtherEvent(here) && !(here & LETTER);
    if (isOther) sums.withoutRecord += 1;
    if (found > 0 && !isOther) {
      if (!(here & RECORD)) sums.withoutRecord += 1;
    } else if (here & RECORD) {
      const fate = fateWithoutTrace(here);
      sums[fate] += 1;
      if (fate !== 'lost') continue;
      if (isOther) sums.otherEvents += 1;
      lost.add(first + at);
      if (committed !== null && first + at >= committed) sums.lostUncommitted += 1;
    }
  }
  return { ...sums, lostRanges: lost.tally(), doubledRanges: doubled.tally() };
}

/** No row at the offset has the record's event. */
export function isOfOtherEvent(marks: number): boolean {
  return (marks & OTHER_EVENT) !== 0 && (marks & SAME_EVENT) === 0;
}

/** The outcome of a record without a row or a dead letter. If a dead letter was redriven, nothing explains a missing row. */
function fateWithoutTrace(marks: number): 'skipped' | 'filtered' | 'lost' {
  if (marks & REDRIVEN) return 'lost';
  if (marks & SKIPPED) return 'skipped';
  return marks & FILTERED ? 'filtered' : 'lost';
}
