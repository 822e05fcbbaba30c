import { cancellationSignal, Context } from '@temporalio/activity';
import { OffsetOutOfRange, TableUnfit } from '../../domain/errors.js';
import type { ContractRegistry } from '../../domain/formats/contract-registry.js';
import { FETCH_AHEAD_BYTES, VERIFY_CHUNK_OFFSETS } from '../../domain/limits.js';
import { isAnotherTopic } from '../../domain/log/log.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { TableContents } from '../../domain/ports/table-contents.js';
import type { SliceProgress, VerifySlice } from '../../domain/verify/plan.js';
import type { ReadMemories } from '../attempt/read-memory.js';
import { decision } from '../attempt/failures.js';
import { contentBytes, contentChunk, type ContentDependencies } from './compare-content.js';
import { verifyChunk } from './verify-chunk.js';

export interface VerifyDependencies extends ContentDependencies {
  readonly source: RecordSource;
  readonly contents: TableContents;
  readonly contracts: Pick<ContractRegistry, 'judgeOf' | 'hasOtherVersion'>;
  readonly memory: ReadMemories;
}

const HEARTBEAT_MS = 500;

/** Memory for what is known of the offsets, and for answers of the server in transit. */
const CHUNK_BYTES = VERIFY_CHUNK_OFFSETS * 22 + 2 * 1_024 * 1_024;

/** Compares some offsets of one partition, chunk after chunk. Heartbeats carry the progress, so that a retry continues there. */
export async function verifySlice(
  slice: VerifySlice,
  dependencies: VerifyDependencies,
): Promise<SliceProgress> {
  assertSameContract(slice, dependencies);
  const context = Context.current();
  const signal = cancellationSignal();
  let progress = earlierProgress(context) ?? {
    v: 1,
    next: slice.range.first,
    tally: slice.before,
  };
  const beat = setInterval(() => {
    context.heartbeat(progress);
  }, HEARTBEAT_MS);
  try {
    const { content } = slice;
    const values = content === undefined ? 0 : contentBytes(content);
    const bytes = FETCH_AHEAD_BYTES + CHUNK_BYTES + values;
    const memory = await dependencies.memory.take(slice.topic, bytes, signal);
    try {
      progress = await fromLogStart(slice, progress, dependencies.source);
      while (progress.next < slice.range.end) {
        signal.throwIfAborted();
        progress = await nextChunk(slice, progress, { ...dependencies, memory, signal });
        context.heartbeat(progress);
      }
      return progress;
    } finally {
      memory.release();
    }
  } finally {
    clearInterval(beat);
  }
}

function earlierProgress({ info }: Context): SliceProgress | null {
  const details = info.heartbeatDetails as Partial<SliceProgress> | undefined;
  return details?.v === 1 ? (details as SliceProgress) : null;
}

async function nextChunk(
  slice: VerifySlice,
  progress: SliceProgress,
  dependencies: Parameters<typeof verifyChunk>[2],
): Promise<SliceProgress> {
  const { next, tally } = progress;
  const { topic, range, content } = slice;
  const size = content === undefined ? VERIFY_CHUNK_OFFSETS : contentChunk(content);
  const end = Math.min(range.end, next + size);
  try {
    const compared = await verifyChunk(slice, { first: next, end, before: tally }, dependencies);
    return { ...progress, next: end, tally: compared };
  } catch (error) {
    if (error instanceof TableUnfit) throw decision(`${error.message}: verify again`);
    if (!(error instanceof OffsetOutOfRange)) throw error;
    if (error.offset < error.logStart) return withoutRemoved(slice, progress, error.logStart);
    throw decision(
      `${error.message}, but it was there before: the log was truncated, or topic ${topic} was recreated; verify again`,
    );
  }
}

/** Checks that the topic is still the one that the plan was made for, and skips offsets that retention has removed. */
async function fromLogStart(
  slice: VerifySlice,
  progress: SliceProgress,
  source: RecordSource,
): Promise<SliceProgress> {
  const { topic, topicId, range } = slice;
  const log = await source.offsets(topic);
  const found = log.partitions[range.partition];
  if (isAnotherTopic(topicId, log.topicId) || found === undefined) {
    throw decision(
      `topic ${topic} was recreated, or the brokers now belong to another cluster, while it was compared: verify again`,
    );
  }
  return withoutRemoved(slice, progress, found.logStart);
}

function withoutRemoved(
  { range }: VerifySlice,
  progress: SliceProgress,
  logStart: number,
): SliceProgress {
  const { next, tally } = progress;
  const from = Math.min(range.end, Math.max(next, logStart));
  return { ...progress, next: from, tally: { ...tally, removed: tally.removed + from - next } };
}

/** A comparison of values is never planned again, and another version of the contract would make other values of the records. */
function assertSameContract(
  { contract, content }: VerifySlice,
  { contracts }: Pick<VerifyDependencies, 'contracts'>,
): void {
  if (content === undefined || !contracts.hasOtherVersion(contract)) return;
  throw decision(
    `Contract ${contract?.name ?? ''} has changed since this verify began, so values can't be compared: start verify again once all workers have the new version`,
  );
}
