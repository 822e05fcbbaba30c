import { createBlockBuilder } from '../domain/blocks/block-builder.js';
import { createColumnPool } from '../domain/blocks/column-buffer.js';
import type { KnownDeadLetter } from '../domain/blocks/block.js';
import { createContractRegistry } from '../domain/formats/contract-registry.js';
import type { Contract } from '../domain/contract/define-contract.js';
import type { Decoder } from '../domain/formats/decoder.js';
import type { RunReaders } from '../domain/formats/run-reader.js';
import type { SettingsDefaults } from '../domain/pipeline/settings.js';
import type { GroupOffsets } from '../domain/log/group-offsets.js';
import type { DeadLetterTable } from '../domain/ports/dead-letter-table.js';
import type { EventTable } from '../domain/ports/event-table.js';
import type { RecordSource } from '../domain/ports/record-source.js';
import type { TableContents } from '../domain/ports/table-contents.js';
import type { TableDirectory } from '../domain/ports/table-directory.js';
import type { PipelineMessages, WorkflowLookUp } from '../domain/ports/workflows.js';
import type { JudgedPlan } from '../domain/redrive/judge-letters.js';
import type { OpenLetters } from '../domain/redrive/open-letters.js';
import { awaitRecords } from './await-records/await-records.js';
import { createTicks } from './await-records/ticks.js';
import { commitOffsets } from './commit-offsets.js';
import { ingestBatch } from './ingest-batch/ingest-batch.js';
import { createLogReports } from './ingest-batch/log-reports.js';
import { createMemoryBudget } from './attempt/memory-budget.js';
import { createReadMemories } from './attempt/read-memory.js';
import { withSilenceTold } from './attempt/running-inserts.js';
import { withReadableFailures } from './attempt/failures.js';
import type { Activities } from './index.js';
import { recordSkip } from './record-skip.js';
import { findLetters } from './find-dead-letters.js';
import { redriveLetters } from './redrive-dead-letters/redrive-dead-letters.js';
import { resolveRedrive } from './resolve-redrive.js';
import { awaitListed } from './resolve-pipeline/await-listed.js';
import { resolvePipeline } from './resolve-pipeline/resolve-pipeline.js';
import { resolveVerify } from './resolve-verify/resolve-verify.js';
import { verifySlice } from './verify-slice/verify-slice.js';

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
  /** The decoder of contract `stream_events`. */
  readonly decoder: Decoder;
  /** Readers of whole runs; null or left out if all records are read one by one. */
  readonly runReaders?: RunReaders | null | undefined;
  /** The contracts that the user declared. */
  readonly declared?: readonly Contract[] | undefined;
  readonly defaults: SettingsDefaults;
  /** Bytes that all batches of this worker share. */
  readonly memoryBytes: number;
}

/** Creates the activities of one worker from its ports. */
export function createActivities(given: ActivityDependencies): Activities {
  const { memoryBytes, runReaders } = given;
  const contracts = createContractRegistry(given.decoder, given.declared);
  const dependencies = { ...given, contracts };
  const pool = createColumnPool(memoryBytes);
  const buildBlocks = (plan: JudgedPlan, known: readonly KnownDeadLetter[]) =>
    createBlockBuilder({ plan, known, decoder: contracts.of(plan.contract), pool, runReaders });
  const memory = createMemoryBudget(memoryBytes);
  const readMemory = createReadMemories(memory);
  const ticks = createTicks();
  const told = withSilenceTold(dependencies, dependencies.messages);
  const logged = withSilenceTold(dependencies, null);
  const ingest = {
    ...told,
    memory: readMemory,
    reports: createLogReports(dependencies),
    createBuilder: (plan, known) => buildBlocks(plan, known),
  } satisfies Parameters<typeof ingestBatch>[1];
  return withReadableFailures({
    resolvePipeline: (input) => resolvePipeline(input, dependencies),
    awaitListed: (claim) => awaitListed(claim, dependencies),
    awaitRecords: (input) => awaitRecords(input, { ...dependencies, ticks }),
    ingestBatch: (plan) => ingestBatch(plan, ingest),
    commitOffsets: (input) => commitOffsets(input, dependencies),
    recordSkip: (input) => recordSkip(input, told),
    resolveVerify: (input) => resolveVerify(input, dependencies),
    verifySlice: (slice) =>
      verifySlice(slice, {
        ...dependencies,
        memory: readMemory,
        createBuilder: (plan) => buildBlocks(plan, []),
      }),
    resolveRedrive: (input) => resolveRedrive(input, dependencies),
    findLetters: (input) => findLetters(input, dependencies),
    redriveLetters: (input) =>
      redriveLetters(input, {
        ...logged,
        memory,
        createBuilder: (plan) => buildBlocks(plan, []),
      }),
  });
}
