import type { BatchAttempt } from '../../src/activities/ingest-batch/batch-attempt.js';
import { createBatchReport } from '../../src/activities/ingest-batch/batch-report.js';
import { settled } from '../../src/activities/ingest-batch/ingest-batch.js';
import { ingestBlock } from '../../src/activities/ingest-batch/ingest-block.js';
import { createIsolation } from '../../src/activities/ingest-batch/isolation.js';
import { createPhases } from '../../src/activities/ingest-batch/phases.js';
import { createRecount } from '../../src/activities/ingest-batch/recount.js';
import { createRepeatedFailures } from '../../src/activities/ingest-batch/repeated-failures.js';
import { allAvailable } from '../../src/domain/log/topic-offsets.js';
import type { Block, RawRecord } from '../../src/domain/blocks/block.js';
import type { BatchOutcome, BatchPlan } from '../../src/domain/pipeline/batch-plan.js';
import type { OffsetSpan } from '../../src/domain/records/offset-range.js';
import { InsertFailed } from '../../src/domain/insert-failures/insert-error.js';
import { logOf } from '../../src/domain/log/log.js';
import { watchLeaderEpochs } from '../../src/activities/ingest-batch/epoch-watch.js';
import { foldBatch } from '../../src/domain/planning/fold-batch.js';
import { nextStep } from '../../src/domain/planning/next-step.js';
import type { PipelineState } from '../../src/domain/pipeline/state.js';
import type { DeadLetterTable } from '../../src/domain/ports/dead-letter-table.js';
import type { TableDirectory } from '../../src/domain/ports/table-directory.js';
import type { FakeEventTable } from './fake-event-table.js';
import { NOW_MS, RUN } from './pipeline-builders.js';

/** Lanes and batches without servers. Plans, attempts and folds are the product's own. */
export interface FakePipeline {
  state: PipelineState;
  /** `partition/offset` of the dead letters, in the order in which they were written. */
  readonly letters: string[];
  /** Plans that were carried out. */
  readonly plans: BatchPlan[];
  /** The number of attempts that they took. */
  attempts: number;
  /** Runs until nothing is left to do. Throws if attempts fail so often that it would never end. */
  run(): Promise<void>;
}

export interface FakePipelineOptions {
  readonly state: PipelineState;
  readonly events: FakeEventTable;
  /** Bytes of one record's value. */
  readonly valueBytes?: number;
  /** The table's current columns. Those of the plan unless given. */
  readonly columns?: readonly string[];
}

const MAX_ATTEMPTS = 15;
const MAX_PLANS = 20_000;

export function createFakePipeline(options: FakePipelineOptions): FakePipeline {
  const pipeline: FakePipeline = {
    state: options.state,
    letters: [],
    plans: [],
    attempts: 0,
    async run() {
      while (pipeline.plans.length < MAX_PLANS) {
        const known = { ...RUN, due: true, lookedAtMs: null };
        const step = nextStep(pipeline.state, 0, known);
        if (step.kind !== 'ingest') return;
        pipeline.plans.push(step.plan);
        const outcome = await carriedOut(step.plan, options, pipeline);
        pipeline.state = foldBatch(pipeline.state, step.plan, outcome, NOW_MS);
      }
      throw new Error(`${MAX_PLANS} plans have come to no end`);
    },
  };
  return pipeline;
}

/** Attempts as Temporal makes them: each receives the heartbeat of the one before. */
async function carriedOut(
  plan: BatchPlan,
  options: FakePipelineOptions,
  pipeline: FakePipeline,
): Promise<BatchOutcome> {
  let heartbeat: unknown;
  let last: unknown;
  for (let number = 1; number <= MAX_ATTEMPTS; number++) {
    const failures = createRepeatedFailures(heartbeat, number);
    pipeline.attempts += 1;
    try {
      return await attempted(attemptAt(plan, number, failures), options, pipeline.letters);
    } catch (error) {
      if (!(error instanceof InsertFailed)) throw error;
      failures.ended(error);
      heartbeat = JSON.parse(JSON.stringify([failures.told()]));
      last = error;
    }
  }
  throw new Error(`${MAX_ATTEMPTS} attempts have failed`, { cause: last });
}

function attemptAt(
  plan: BatchPlan,
  number: number,
  failures: BatchAttempt['failures'],
): BatchAttempt {
  return {
    plan,
    log: logOf(plan),
    ranges: [],
    execution: { workflowId: 'w', runId: 'r', activityId: '1', attempt: number },
    guard: { assertMaySend: () => Promise.resolve(), stop: () => undefined },
    waiting: { startedMs: performance.now(), tell: () => undefined },
    phases: createPhases(),
    memory: {
      open: () => Promise.reject(new Error('nothing is read')),
      release: () => undefined,
    },
    recount: createRecount(undefined, () => undefined),
    epochs: watchLeaderEpochs(plan.ranges),
    failures,
    isolation: createIsolation(plan, failures),
    signal: new AbortController().signal,
  };
}

async function attempted(
  attempt: BatchAttempt,
  { state, events, valueBytes = 1_000, columns }: FakePipelineOptions,
  letters: string[],
): Promise<BatchOutcome> {
  const { plan, isolation, execution, phases, epochs } = attempt;
  const topic = allAvailable({ topicId: 'topic-1', partitions: [] });
  const report = createBatchReport(plan, topic, {
    ...{ number: execution.attempt, phases, epochs },
    lookedAtMs: 0,
  });
  const target = { ...state.target, columns: columns ?? plan.cut.columns };
  const tables = {
    identify: () => Promise.resolve({ tableId: plan.tableId, version: 'other' }),
    describe: () => Promise.resolve({ target, unfilled: [], notDurable: null, changedAtMs: null }),
  } as unknown as TableDirectory;
  const deadLetters = {
    insert: (_table: unknown, _log: unknown, some: readonly RawRecord[]) => {
      letters.push(...some.map(({ partition, offset }) => `${partition}/${offset}`));
      return Promise.resolve();
    },
  } as unknown as DeadLetterTable;
  const ended = (outcome: BatchOutcome) => ({
    ...outcome,
    refusals: isolation.result(outcome.kind),
  });
  let number = 0;
  for (const block of blocksOf(plan, valueBytes)) {
    number += 1;
    const dependencies = { tables, events, deadLetters };
    const step = await ingestBlock(block, number, attempt, report, dependencies);
    if (step.kind === 'recut') return ended(report.recut(step.cut));
    if (step.kind === 'held') return ended(report.held(step.held));
  }
  const step = await settled(attempt);
  return ended(step.kind === 'held' ? report.held(step.held) : report.done());
}

/** As the block builder makes them of records that are all rows, but without columns. */
function* blocksOf({ ranges, cut }: BatchPlan, valueBytes: number): Generator<Block> {
  const alone = new Set(cut.alone.map(({ partition, offset }) => `${partition}/${offset}`));
  const room = Math.max(1, Math.min(cut.maxRows, Math.floor(cut.maxBytes / valueBytes)));
  let spans: OffsetSpan[] = [];
  let rows = 0;
  const finish = (lone: RawRecord | null): Block => {
    const block = { ...EMPTY, rows, records: rows, spans, covered: spans, lone };
    const valueBytesOfAll = rows * valueBytes;
    spans = [];
    rows = 0;
    return { ...block, valueBytes: valueBytesOfAll };
  };
  for (const { partition, epoch, first, end } of ranges) {
    for (let offset = Number(first); offset < Number(end); offset++) {
      const isAlone = alone.has(`${partition}/${offset}`);
      if (rows > 0 && (isAlone || rows >= room)) yield finish(null);
      const last = spans.at(-1);
      const grown = { partition, epoch, first: offset, end: offset + 1 };
      if (last?.partition === partition) spans[spans.length - 1] = { ...last, end: offset + 1 };
      else spans.push(grown);
      rows += 1;
      if (isAlone) yield finish(rawAt(partition, offset));
    }
  }
  if (rows > 0) yield finish(null);
}

const EMPTY: Block = {
  ...{ rows: 0, records: 0, filtered: 0, valueBytes: 0, tablePartitions: 0 },
  ...{ columns: [], spans: [], covered: [], deadLetters: [], knownDeadLetters: [] },
  ...{ times: null, lone: null },
};

function rawAt(partition: number, offset: number): RawRecord {
  const record = { timestamp: 0, key: null, headers: [], value: null, schema: '' };
  return { partition, epoch: 0, offset, ...record };
}
