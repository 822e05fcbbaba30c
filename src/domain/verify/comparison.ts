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
 * Holds records, rows and dead letters of some consecutive offsets against each other. Rows and letters come first, in any
 * order, then the records, then what identifies rows. Of the epochs at an offset the newest one counts. Where a newer one
 * has begun, its row must be shown to be the record's: offsets come again when a topic is recreated. Other rows are taken
 * for their record's, unless they are compared and found to be of another event.
 */
export interface Comparison {
  addRow(epoch: number, offset: number): void;
  addLetter(letter: LetterSpan): void;
  /**
   * `known`: something tells what became of the record. `unknown`: nothing does. `in-question`: a row of an older epoch
   * does, if it is of the same event, which `identifyRecord` and `identifyRow` have to show.
   */
  addRecord(offset: number, timestampMs: number): 'known' | 'unknown' | 'in-question';
  /**
   * A batch that can't be read, with the number of records that its header tells. Rows, letters and recorded skips stand
   * for its records, as far as there are some; the rest can't be judged.
   */
  addUnread(batch: {
    readonly first: number;
    readonly end: number;
    readonly records: number;
  }): void;
  /** The transform leaves the record out. */
  setFiltered(offset: number): void;
  /** What tells of the record is a row, so that its event can be compared. */
  hasRow(offset: number): boolean;
  /** Identities are whole numbers of 32 bits. */
  identifyRecord(offset: number, identity: number): void;
  identifyRow(epoch: number, offset: number, identity: number): void;
  /** A record that is known to be one has a row, whose epoch this is; null for anything else. */
  epochOfRow(offset: number): number | null;
  /** Some record is in question. */
  isInQuestion(): boolean;
  /** A row was found to be of another event than the record at its offset. */
  hasOtherEvents(): boolean;
  /** The tally of all that came before, and of these offsets. */
  addTo(before: Tally): Tally;
}

export interface ComparisonOptions {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly epochs: readonly EpochReach[];
  /** What the group has committed: records from there on may still be on their way. */
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
  /** Timestamps of letters; only letters need them. */
  let timestamps = new Float64Array(0);
  const identities = createIdentities(places);
  let isInQuestion = false;
  let olderEpochs = 0;

  /** False where a newer epoch is there already; an older one makes room. */
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
      // A letter says by its timestamp whose it is.
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

/** A range skipped by a decision counts where no newer epoch has been; once it was filled, it excuses nothing. */
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

/** What has a trace is a record. Where there are as many traces as records, nothing else in the batch is one. */
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

/** Takes rows and letters away; gives the number of rows. */
function clear({ rows, marks }: Places, at: number): number {
  const cleared = rows[at] ?? 0;
  rows[at] = 0;
  marks[at] = (marks[at] ?? 0) & ~(LETTER | REDRIVEN | IN_QUESTION);
  return cleared;
}
