import { mebibytes } from './readable-units.js';

/** The range asked for is not in the log: retention removed it, or the log is shorter than it was. */
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

/** One record batch is larger than this worker reads at once. Kafka gives out a batch as a whole or not at all. */
export class BatchTooLarge extends Error {
  override readonly name = 'BatchTooLarge';
  readonly partition: number;
  /** First offset of the batch. */
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** Records that its header says it holds: fewer than offsets where compaction removed some. */
  readonly records: number;
  /** How far it expands at most; null where that can't be known without expanding it. */
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
      `the record batch with offsets [${first}, ${end}) of partition ${partition} expands to ${size}, and this worker reads ${mebibytes(limitBytes)} at once, 7/16 of MILLRACE_MEMORY_MIB`,
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

/** The table does not exist, and this worker may not make it. Goes on by itself once somebody has. */
export class TableMissing extends Error {
  override readonly name = 'TableMissing';

  constructor(missing: {
    readonly tables: readonly string[];
    /** Why nobody makes them here. */
    readonly why: string;
    /** Statements that make them. */
    readonly statements: readonly string[];
  }) {
    const { tables, why, statements } = missing;
    const what = tables.length > 1 ? 'do not exist' : 'does not exist';
    super(
      `${tables.join(' and ')} ${what} or can't be seen by this user, and ${why}. Run:\n${statements.map((statement) => `${statement};`).join('\n')}`,
    );
  }
}

/** The table is there, but not as it was asked for: a person has to change it, or the question. */
export class TableUnfit extends Error {
  override readonly name = 'TableUnfit';
}
