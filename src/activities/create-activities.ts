import { createBlockBuilder } from '../domain/batch/block-builder.js';
import { createColumnPool } from '../domain/batch/columns.js';
import type { Decoder } from '../domain/event/decoder.js';
import type { SettingsDefaults } from '../domain/pipeline/settings.js';
import type {
  DeadLetterTable,
  EventTable,
  GroupOffsets,
  PipelineMessages,
  RecordSource,
  TableContents,
  TableDirectory,
  WorkflowLookUp,
} from '../domain/ports.js';
import type { OpenLetters } from '../domain/redrive/open-letters.js';
import { awaitRecords } from './await-records.js';
import { commitOffsets } from './batch/commit-offsets.js';
import { ingestBatch } from './batch/ingest-batch.js';
import { createLogReports } from './batch/log-reports.js';
import { createMemoryBudget } from './batch/memory-budget.js';
import { createReadMemories } from './batch/read-memory.js';
import { withSilenceTold } from './batch/silent-inserts.js';
import { withReadableFailures } from './execution/readable-failures.js';
import type { Activities } from './index.js';
import { recordSkip } from './record-skip.js';
import { findLetters } from './redrive/find-letters.js';
import { redriveLetters } from './redrive/redrive-letters.js';
import { resolveRedrive } from './redrive/resolve-redrive.js';
import { awaitListed } from './resolve/await-listed.js';
import { resolvePipeline } from './resolve/resolve-pipeline.js';
import { resolveVerify } from './verify/resolve-verify.js';
import { verifySlice } from './verify/verify-slice.js';

export interface ActivityDependencies {
  readonly source: RecordSource;
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
  readonly contents: TableContents;
  readonly openLetters: OpenLetters;
  readonly workflows: WorkflowLookUp;
  readonly messages: PipelineMessages;
  readonly decoder: Decoder;
  readonly defaults: SettingsDefaults;
  /** Bytes that all batches of this worker share. */
  readonly memoryBytes: number;
}

/** The activities of one worker, over ports. */
export function createActivities(dependencies: ActivityDependencies): Activities {
  const { decoder, memoryBytes } = dependencies;
  const pool = createColumnPool(memoryBytes);
  const memory = createMemoryBudget(memoryBytes);
  const readMemory = createReadMemories(memory);
  const told = withSilenceTold(dependencies, dependencies.messages);
  const logged = withSilenceTold(dependencies, null);
  const ingest = {
    ...told,
    memory: readMemory,
    reports: createLogReports(dependencies),
    createBuilder: (plan, known) => createBlockBuilder({ plan, known, decoder, pool }),
  } satisfies Parameters<typeof ingestBatch>[1];
  return withReadableFailures({
    resolvePipeline: (input) => resolvePipeline(input, dependencies),
    awaitListed: (claim) => awaitListed(claim, dependencies),
    awaitRecords: (input) => awaitRecords(input, dependencies),
    ingestBatch: (plan) => ingestBatch(plan, ingest),
    commitOffsets: (input) => commitOffsets(input, dependencies),
    recordSkip: (input) => recordSkip(input, told),
    resolveVerify: (input) => resolveVerify(input, dependencies),
    verifySlice: (slice) => verifySlice(slice, { ...dependencies, memory: readMemory }),
    resolveRedrive: (input) => resolveRedrive(input, dependencies),
    findLetters: (input) => findLetters(input, dependencies),
    redriveLetters: (input) =>
      redriveLetters(input, {
        ...logged,
        memory,
        createBuilder: (plan) => createBlockBuilder({ plan, known: [], decoder, pool }),
      }),
  });
}
