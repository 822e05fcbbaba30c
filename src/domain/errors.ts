import { mebibytes } from './readable-units.js';

/** The requested range is not in the log: retention removed it, or the log has become shorter. */
export class OffsetOutOfRange extends Error {
  override readonly name = 'OffsetOutOfRange';
  readonly partition: number;
  readonly offset: number;
  readonly logStart: number;
  readonly end: number;

  constructor(at: { partition: number; offset: number; logStart: number; end: number }) {
    super(
      `offset ${at.offset} of partition ${at.partition} is not in the log, which holds [${at.logStart}, ${at.end})`,
    );
    this.partition = at.partition;
    this.offset = at.offset;
    this.logStart = at.logStart;
    this.end = at.end;
  }
}

/** A record batch is larger than this worker can read at once. Kafka delivers a batch only as a whole. */
export class BatchTooLarge extends Error {
  override readonly name = 'BatchTooLarge';
  readonly partition: number;
  /** First offset of the batch. */
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** Number of records in the batch's header. It is smaller than the number of offsets if compaction removed some. */
  readonly records: number;
  /** Upper bound of the size after decompression. Null if only decompressing would tell. */
  readonly bytes: number | null;
  readonly limitBytes: number;

  constructor(batch: {
    partition: number;
    first: number;
    end: number;
    records: number;
    bytes: number | null;
    limitBytes: number;
  }) {
    const { partition, first, end, records, bytes, limitBytes } = batch;
    const size = bytes === null ? 'more' : mebibytes(bytes);
    super(
      `the record batch with offsets [${first}, ${end}) of partition ${partition} expands to ${size}, but this worker can read at most ${mebibytes(limitBytes)} at once, 7/16 of MILLRACE_MEMORY_MIB`,
    );
    this.partition = partition;
    this.first = first;
    this.end = end;
    this.records = records;
    this.bytes = bytes;
    this.limitBytes = limitBytes;
  }
}

/** The topic does not exist, or these credentials may not see it. */
export class TopicMissing extends Error {
  override readonly name = 'TopicMissing';

  constructor(topic: string) {
    super(
      `topic "${topic}" does not exist, or this user may not describe it: create it or grant Describe`,
    );
  }
}

/** The table does not exist, and this worker may not create it. The pipeline continues once somebody has created it. */
export class TableMissing extends Error {
  override readonly name = 'TableMissing';

  constructor(missing: {
    readonly tables: readonly string[];
    /** Why this worker does not create the tables. */
    readonly why: string;
    /** Statements that create the tables. */
    readonly statements: readonly string[];
  }) {
    const { tables, why, statements } = missing;
    const what = tables.length > 1 ? 'do not exist' : 'does not exist';
    super(
      `${tables.join(' and ')} ${what} or can't be seen by this user, and ${why}. Run:\n${statements.map((statement) => `${statement};`).join('\n')}`,
    );
  }
}

/** The table exists but does not meet the requirements. A person has to change the table or the request. */
export class TableUnfit extends Error {
  override readonly name = 'TableUnfit';
}
