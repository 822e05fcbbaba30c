const MAX_PAUSE = 63;
/** More records than one call of any run reader takes. */
const MAX_RECORDS = 8_192;
const MIN_RECORDS = 16;

/**
 * Decides how many records a run reader reads ahead. If consecutive records are in doubt, because a contract filters most of them
 * or they are written unusually, it is asked less and less often. If a call has read records that were not used, because one
 * among them is rejected, the next call reads about as many as were used. So no record is read many times.
 */
export class ReadAhead {
  /** Number of records that the record reader reads before the run reader is asked again. */
  private pause = 0;
  private lastPause = 0;
  private limit = MAX_RECORDS;

  /** The most records to read next. 0 if the record reader reads the next record. */
  next(): number {
    if (this.pause === 0) return this.limit;
    this.pause -= 1;
    return 0;
  }

  /** Called after the run reader has read records, with the number of them that were used. */
  asked(read: number, used: number): void {
    this.lastPause = used > 0 ? 0 : Math.min(2 * this.lastPause + 1, MAX_PAUSE);
    this.pause = this.lastPause;
    this.limit = Math.min(MAX_RECORDS, 2 * (used < read ? used : this.limit));
    this.limit = Math.max(MIN_RECORDS, this.limit);
  }
}
