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
