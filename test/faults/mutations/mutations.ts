import type { SourceEdit } from '../../../dev/build/bundle-code.js';

/** A guard, and how to take it out of the worker. */
export interface Mutation {
  readonly name: string;
  /** What it guards against, for readers of the table. */
  readonly guard: string;
  /** What the worker does without it. */
  readonly without: string;
  readonly edits: readonly SourceEdit[];
  /** Cases of which at least one has to notice; they run until one does. */
  readonly cases: readonly string[];
}

const WRITE_BLOCK = 'src/activities/ingest-batch/write-block.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'log',
    guard: 'comparing rows within one log only, identified by the topic id',
    without: 'rows with the topic’s name count as rows of its log, even if they are of another one',
    edits: [
      {
        file: 'src/domain/log/log.ts',
        find: "if (row.topicId === '')",
        replace: 'if (true) return true;\n    if (row.topicId === "")',
      },
      {
        file: 'src/domain/pipeline/which-log.ts',
        find: 'if (unknown.length + others.length === 0)',
        replace: 'if (true)',
      },
      {
        file: 'src/adapters/clickhouse/schema/in-log.ts',
        find: 'condition: `${condition} AND ${ofLog}`',
        replace: 'condition',
      },
    ],
    cases: ['kafka/recreated-longer'],
  },
  {
    name: 'token',
    guard: 'a deduplication token made only of the offsets of a block',
    // Without any token, ClickHouse 26.7 recognises a block by its bytes, and here these are the same.
    without: 'each send has a token of its own',
    edits: [
      {
        file: 'src/adapters/clickhouse/event-table/event-table.ts',
        find: 'insert_deduplication_token: token',
        replace: 'insert_deduplication_token: `${token}/${queryId(id)}`',
      },
    ],
    cases: ['worker/late-insert'],
  },
  {
    name: 'order-of-effects',
    guard: 'inserting the rows before the offsets are committed',
    without: 'offsets are committed before the rows are sent',
    edits: [
      {
        file: 'src/activities/ingest-batch/ingest-batch.ts',
        find: 'const step = await ingestBlocks(allowed, report, dependencies);',
        replace: `const planned = plan.ranges.map(({ partition, end }) => ({ partition, offset: Number(end) }));
    await commitBatch(plan, planned, dependencies.groups);
    const step = await ingestBlocks(allowed, report, dependencies);`,
      },
    ],
    cases: ['worker/killed-and-restarted'],
  },
  {
    name: 'looking-first',
    guard: 'reconciling before a send that may follow an unfinished one',
    without: 'the worker assumes that the table has no row of the block',
    edits: [
      {
        file: WRITE_BLOCK,
        find: 'const present = await lookBehindFence(block, context);',
        replace: 'const present = { size: 0, has: () => false };',
      },
    ],
    cases: ['clickhouse/answer-lost-then-memory'],
  },
  {
    name: 'reading-back',
    guard: 'reading back after such a send',
    without: 'the worker assumes that acknowledged rows are in the table',
    edits: [
      {
        file: WRITE_BLOCK,
        find: 'for (let round = 1; round <= READ_BACK_ROUNDS; round++) {',
        replace:
          'for (let round = 1; round <= READ_BACK_ROUNDS; round++) {\n        return written(0);',
      },
    ],
    cases: ['clickhouse/token-without-rows'],
  },
  {
    name: 'fence',
    guard: 'waiting for earlier inserts that still run on the server',
    without: 'the worker reconciles while they run',
    edits: [
      {
        file: 'src/activities/attempt/running-inserts.ts',
        find: 'if (names.length === 0)',
        replace: 'if (names.length >= 0)',
      },
    ],
    cases: ['worker/late-insert-recut'],
  },
  {
    name: 'send-guard',
    guard: 'attempt fencing: asking, before a late send, whether another worker has the batch',
    without: 'an attempt that is no longer current goes on sending',
    edits: [
      {
        file: 'src/activities/attempt/fencing.ts',
        find: 'async assertMaySend() {',
        replace: 'async assertMaySend() {\n            return;',
      },
    ],
    cases: ['worker/stopped-before-rows', 'worker/cut-off-from-temporal'],
  },
  {
    name: 'leader-epochs',
    guard: 'comparing the log with the leader epochs of the records that were read',
    without: 'a truncated log that has grown beyond the cursor again counts as unchanged',
    edits: [
      {
        file: 'src/adapters/kafka/offsets/log-divergence.ts',
        find: 'narrowed.end < position.end',
        replace: 'false',
      },
    ],
    cases: ['clusters/unclean-election-away'],
  },
  {
    name: 'verify-events',
    guard: 'comparing the events of a sample of rows with those of their records, in `verify`',
    without: 'rows of records that Kafka lost count as rows of the records now at their offsets',
    edits: [
      {
        file: 'src/domain/verify/fates.ts',
        find: '(marks & OTHER_EVENT) !== 0',
        replace: 'false',
      },
    ],
    cases: ['clusters/unclean-election-stopped'],
  },
  {
    name: 'table-version',
    guard: 'comparing the table with the one that the plan was made for, before each batch',
    without: 'only another UUID counts as a change',
    edits: [
      {
        file: 'src/activities/ingest-batch/table-check.ts',
        find: 'version === tableVersion && Date.now() < describeAfterMs',
        replace: 'true',
      },
    ],
    cases: ['clickhouse/column-retyped'],
  },
];
