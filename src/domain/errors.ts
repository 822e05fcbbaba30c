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
