import type { LetterSpan } from '../ports/table-contents.js';
import { type EpochReach, newestAround, newestBegun } from './epochs.js';
import {
  DROPPED,
  FILTERED,
  has,
  IN_QUESTION,
  judge,
  LETTER,
  mark,
  OPEN,
  type Places,
  RECORD,
  REDRIVEN,
  SKIPPED,
  UNJUDGED,
} from './fates.js';
import { createIdentities } from './identities.js';
import type { Tally } from './tally.js';

/**
 * Compares records, rows and dead letters of consecutive offsets. Add rows and dead letters first, in any order, then the
 * records, then the identities of rows. At each offset, only the newest epoch counts. If a newer epoch has begun, it must
 * be shown that an older row belongs to the record, because a recreated topic uses the same offsets again. Other rows are
 * assumed to belong to their record, unless a comparison shows another event.
 */
export interface Comparison {
  addRow(epoch: number, offset: number): void;
  addLetter(letter: LetterSpan): void;
  /**
   * `known`: the outcome of the record is known. `unknown`: it is not known. `in-question`: there is a row of an older
   * epoch, which counts only if it has the same event. `identifyRecord` and `identifyRow` find that out.
   */
  addRecord(offset: number, timestampMs: number): 'known' | 'unknown' | 'in-question';
  /**
   * Adds a batch that can't be read, with the number of records in its header. Rows, dead letters and recorded skips
   * account for its records as far as they exist. The rest can't be judged.
   */
  addUnread(batch: {
    readonly first: number;
    readonly end: number;
    readonly records: number;
  }): void;
  /** The contract filters the record. */
  setFiltered(offset: number): void;
  /** Whether a row accounts for the record, so that its event can be compared. */
  hasRow(offset: number): boolean;
  /** Identities are 32-bit whole numbers. */
  identifyRecord(offset: number, identity: number): void;
  identifyRow(epoch: number, offset: number, identity: number): void;
  /** Epoch of the record's row. Null if there is no record, no row, or the row is in question. */
  epochOfRow(offset: number): number | null;
  /** Whether any record is in question. */
  isInQuestion(): boolean;
  /** Whether a row has another event than the record at its offset. */
  hasOtherEvents(): boolean;
  /** Adds the counts of these offsets to the tally so far. */
  addTo(before: Tally): Tally;
}

export interface ComparisonOptions {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly epochs: readonly EpochReach[];
  /** Offset that the group has committed. Records from there on may not have been inserted yet. */
  readonly committed: number | null;
}

const MARKS = { open: OPEN, dropped: DROPPED, redriven: REDRIVEN } as const;

export function createComparison(options: ComparisonOptions): Comparison {
  const { first, end, epochs: reaches, committed } = options;
  const size = end - first;
  const rows = new Uint32Array(size);
  const marks = new Uint16Array(size);
  const places: Places = { first, rows, marks, committed };
  const epochs = new Uint32Array(size);
  /** Timestamps of dead letters. Only dead letters need them. */
  let timestamps = new Float64Array(0);
  const identities = createIdentities(places);
  let isInQuestion = false;
  let olderEpochs = 0;

  /** Makes an epoch the one that counts at an offset. False if a newer epoch is there already. An older one is removed. */
  const enter = (at: number, epoch: number): boolean => {
    if (isTaken(places, at) && (epochs[at] ?? 0) >= epoch) return epochs[at] === epoch;
    olderEpochs += clear(places, at);
    epochs[at] = epoch;
    return true;
  };

  return {
    addRow(epoch, offset) {
      const at = offset - first;
      if (enter(at, epoch)) rows[at] = (rows[at] ?? 0) + 1;
      else olderEpochs += 1;
    },
    addLetter(letter) {
      if (letter.isSkip) {
        markSkip(places, letter, { end, reaches });
        return;
      }
      const at = letter.first - first;
      if (!enter(at, letter.epoch)) return;
      mark(places, at, MARKS[letter.status]);
      if (timestamps.length === 0) timestamps = new Float64Array(size).fill(NaN);
      timestamps[at] = letter.timestampMs;
    },
    addRecord(offset, timestampMs) {
      const at = offset - first;
      mark(places, at, RECORD);
      if (!isTaken(places, at)) return has(places, at, SKIPPED) ? 'known' : 'unknown';
      if ((epochs[at] ?? 0) >= newestBegun(reaches, offset)) return 'known';
      // The timestamp of a dead letter shows which record it belongs to.
      if (timestamps[at] === timestampMs) return 'known';
      mark(places, at, IN_QUESTION);
      isInQuestion = true;
      return 'in-question';
    },
    addUnread(batch) {
      const newestAt = (at: number) => (epochs[at] ?? 0) >= newestBegun(reaches, first + at);
      markUnread(places, { ...batch, end: Math.min(batch.end, end) }, newestAt);
    },
    hasRow: (offset) => (rows[offset - first] ?? 0) > 0,
    setFiltered(offset) {
      mark(places, offset - first, FILTERED);
    },
    identifyRecord: (offset, identity) => {
      identities.ofRecord(offset - first, identity);
    },
    identifyRow(epoch, offset, identity) {
      if (epochs[offset - first] === epoch) identities.ofRow(offset - first, identity);
    },
    epochOfRow: (offset) => epochOfRow(places, epochs, offset - first),
    isInQuestion: () => isInQuestion,
    hasOtherEvents: () => identities.haveOthers(),
    addTo(before) {
      for (let at = 0; at < size; at++) {
        if (has(places, at, IN_QUESTION)) olderEpochs += clear(places, at);
      }
      const tally = judge(places, before);
      return { ...tally, olderEpochs: tally.olderEpochs + olderEpochs };
    },
  };
}

/**
 * A skipped range counts unless a newer epoch covers the offset. Once the range was filled, it no longer explains a missing
 * row.
 */
function markSkip(
  places: Places,
  skip: LetterSpan,
  { end, reaches }: { readonly end: number; readonly reaches: readonly EpochReach[] },
): void {
  if (skip.status === 'redriven') return;
  const last = Math.min(skip.end, end);
  for (let offset = Math.max(skip.first, places.first); offset < last; offset++) {
    const newest = newestAround(reaches, offset);
    if (skip.epoch >= (newest ?? 0)) mark(places, offset - places.first, SKIPPED);
  }
}

/**
 * An offset with a row, a dead letter or a skip is a record. If there are as many of these as records, the batch has no
 * others.
 */
function markUnread(
  places: Places,
  batch: Parameters<Comparison['addUnread']>[0],
  isNewest: (at: number) => boolean,
): void {
  const untraced: number[] = [];
  let traced = 0;
  for (let at = batch.first - places.first; at < batch.end - places.first; at++) {
    const isTraced = isTaken(places, at) ? isNewest(at) : has(places, at, SKIPPED);
    if (isTraced) {
      mark(places, at, RECORD);
      traced += 1;
    } else untraced.push(at);
  }
  if (traced < batch.records) for (const at of untraced) mark(places, at, UNJUDGED);
}

function epochOfRow(places: Places, epochs: Uint32Array, at: number): number | null {
  const isRow = places.rows[at] !== 0 && has(places, at, RECORD) && !has(places, at, IN_QUESTION);
  return isRow ? (epochs[at] ?? 0) : null;
}

function isTaken({ rows, marks }: Places, at: number): boolean {
  return rows[at] !== 0 || ((marks[at] ?? 0) & (LETTER | REDRIVEN)) !== 0;
}

/** Removes rows and dead letters. Returns the number of rows. */
function clear({ rows, marks }: Places, at: number): number {
  const cleared = rows[at] ?? 0;
  rows[at] = 0;
  marks[at] = (marks[at] ?? 0) & ~(LETTER | REDRIVEN | IN_QUESTION);
  return cleared;
}
