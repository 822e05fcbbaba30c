import { createHash } from 'node:crypto';
import { BatchTooLarge } from '../../domain/errors.js';
import type { ContractRegistry } from '../../domain/formats/contract-registry.js';
import type { RecordJudge } from '../../domain/formats/record-judge.js';
import type { RecordRun } from '../../domain/records/record-run.js';
import { logOf } from '../../domain/log/log.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { TableContents } from '../../domain/ports/table-contents.js';
import { type Comparison, createComparison } from '../../domain/verify/comparison.js';
import { createSample, type Sample } from '../../domain/verify/sample.js';
import type { VerifySlice } from '../../domain/verify/plan.js';
import type { Tally } from '../../domain/verify/tally.js';
import type { ReadMemory } from '../attempt/read-memory.js';
import { createBreaths } from '../attempt/heartbeat.js';
import {
  type ContentCheck,
  type ContentDependencies,
  createContentCheck,
} from './compare-content.js';

export interface Chunk {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly before: Tally;
}

interface ChunkDependencies extends ContentDependencies {
  readonly source: RecordSource;
  readonly contents: TableContents;
  readonly contracts: Pick<ContractRegistry, 'judgeOf'>;
  readonly memory: Pick<ReadMemory, 'open'>;
  readonly signal: AbortSignal;
}

/**
 * Compares the records of some offsets with the table and its dead letters. The events of a sample are compared as well. If one
 * of them differs, all events of the chunk are.
 */
export async function verifyChunk(
  slice: VerifySlice,
  chunk: Chunk,
  dependencies: ChunkDependencies,
): Promise<Tally> {
  const bySample = async () => {
    const sampled = await compare(slice, { ...chunk, events: 'sample' }, dependencies);
    return hasOtherEvents(sampled) ? null : tallyOf(sampled, chunk);
  };
  const byAll = async () => {
    const whole = await compare(slice, { ...chunk, events: 'all' }, dependencies);
    return tallyOf(whole, chunk);
  };
  return (await bySample()) ?? byAll();
}

interface Compared {
  readonly comparison: Comparison;
  /** Null if only offsets are compared. */
  readonly content: ContentCheck | null;
  readonly idColumn: string | null;
}

/** An id that differs means another event, whether the sample or the content shows it. */
function hasOtherEvents({ comparison, content, idColumn }: Compared): boolean {
  const differs = idColumn !== null && content?.differsIn(idColumn) === true;
  return comparison.hasOtherEvents() || differs;
}

async function tallyOf({ comparison, content }: Compared, { before }: Chunk): Promise<Tally> {
  // Before `comparison.addTo`, which settles the offsets in question: their rows are not compared.
  const values = await content?.addTo(before.content);
  const tally = comparison.addTo(before);
  return values === undefined ? tally : { ...tally, content: values };
}

async function compare(
  slice: VerifySlice,
  { first, end, events }: Chunk & { readonly events: 'sample' | 'all' },
  { source, contents, createBuilder, contracts, memory, signal }: ChunkDependencies,
): Promise<Compared> {
  const { topic, table, hasDeadLetters, by, range, content: plan } = slice;
  const { partition, epochs, committed } = range;
  const log = logOf(slice);
  const comparison = createComparison({ first, end, epochs, committed });
  const offsets = { partition, first, end };
  if (by === 'offsets') {
    await contents.readRows(table, log, offsets, (epoch, offset) => {
      comparison.addRow(epoch, offset);
    });
  }
  if (hasDeadLetters) {
    await contents.readLetters(table, log, offsets, (letter) => {
      comparison.addLetter(letter);
    });
  }
  const sample = createSample({ first, end });
  const takes = events === 'all' ? () => true : (offset: number) => sample.takes(offset);
  const judge = contracts.judgeOf(slice.contract?.name);
  const idColumn = judge?.idColumn ?? null;
  const content =
    plan === undefined
      ? null
      : createContentCheck(
          { ...slice, content: plan },
          { first, end, comparison },
          { contents, createBuilder },
        );
  const look = { comparison, sample, takes, judge, content };
  try {
    await readRecords(topic, offsets, look, { source, memory, signal });
    const isSample = events === 'sample' && !comparison.isInQuestion();
    const only = isSample ? sample.offsets : undefined;
    if (by === 'offsets' && idColumn !== null && only?.length !== 0) {
      const identified = { ...offsets, idColumn, contract: slice.contract?.name, only };
      await contents.readIdentities(table, log, identified, (epoch, offset, identity) => {
        comparison.identifyRow(epoch, offset, identity);
      });
    }
    await content?.compare();
  } finally {
    content?.close();
  }
  return { comparison, content, idColumn };
}

/** Continues after batches that are too large to read. Only their offsets are compared. */
async function readRecords(
  topic: string,
  { partition, first, end }: { readonly partition: number; readonly first: number; end: number },
  look: Look,
  { source, memory, signal }: Pick<ChunkDependencies, 'source' | 'memory' | 'signal'>,
): Promise<void> {
  const breaths = createBreaths();
  for (let next = first; next < end;) {
    try {
      const ranges = [{ partition, epoch: 0, first: next, end }];
      for await (const fetched of source.read(topic, ranges, signal)) {
        look.sample.fetched(fetched.leaderEpochs);
        const close = await memory.open(fetched);
        try {
          for (const run of fetched.runs()) {
            addRun(run, look);
            await look.content?.add(run);
            const breath = breaths.due();
            if (breath !== null) await breath;
          }
        } finally {
          close();
        }
      }
      return;
    } catch (error) {
      if (!(error instanceof BatchTooLarge)) throw error;
      const { records } = error;
      look.comparison.addUnread({ first: Math.max(next, error.first), end: error.end, records });
      next = error.end;
    }
  }
}

interface Look {
  readonly comparison: Comparison;
  readonly sample: Sample;
  /** Whether the event of the record is compared with that of its row. */
  readonly takes: (offset: number) => boolean;
  /** Null if no values are inspected. */
  readonly judge: RecordJudge | null;
  readonly content: ContentCheck | null;
}

/** Inspects values only if that is needed to know what happened to a record, and for the sample. */
function addRun(run: RecordRun, look: Look): void {
  const { comparison, takes } = look;
  const mayLeaveOut = look.judge?.mayLeaveOut === true;
  for (let index = 0; index < run.count; index++) {
    const offset = run.offsets[index] ?? -1;
    const known = comparison.addRecord(offset, run.timestamps[index] ?? -1);
    const isTaken = comparison.hasRow(offset) && takes(offset);
    const isNeeded = known === 'in-question' || (known === 'unknown' && mayLeaveOut);
    if (isTaken || isNeeded) judgeRecord(run, index, look);
  }
}

function judgeRecord(run: RecordRun, index: number, { comparison, judge }: Look): void {
  if (judge === null) return;
  const offset = run.offsets[index] ?? -1;
  const { isLeftOut, id } = judge.judge(run, index);
  if (isLeftOut) comparison.setFiltered(offset);
  if (id !== null) comparison.identifyRecord(offset, identityOf(id));
}

/** The same number that `TableContents.readIdentities` gets from ClickHouse. */
function identityOf(id: string): number {
  return createHash('md5').update(id).digest().readUInt32LE(0);
}
