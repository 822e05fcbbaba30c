import type { BlockBuilder } from '../../domain/blocks/block-builder.js';
import type { Block } from '../../domain/blocks/block.js';
import type { OffsetSpan } from '../../domain/records/offset-range.js';
import { BatchTooLarge } from '../../domain/errors.js';
import type { FetchedRecords, RecordSource } from '../../domain/ports/record-source.js';
import { createBreaths } from '../attempt/heartbeat.js';
import type { Phases } from './phases.js';
import type { ReadMemory } from '../attempt/read-memory.js';
import type { Recount } from './recount.js';

export interface ReadContext {
  readonly source: RecordSource;
  readonly builder: BlockBuilder;
  readonly signal: AbortSignal;
  readonly phases: Phases;
  readonly memory: Pick<ReadMemory, 'open'>;
  /** Called with everything that is read. */
  readonly recount?: Recount;
  /** See `RecordSource.read`. */
  readonly isImpatient?: boolean;
  /** Rejects if a fetch must not be used. */
  readonly check?: (fetched: FetchedRecords) => Promise<void>;
  /** Called with the timestamp of the first record of each run, in milliseconds since 1970. */
  readonly onOldest: (timestampMs: number) => void;
}

/**
 * Reads ranges and splits their records into blocks, in order. The caller owns a block until it releases it. If a record batch is
 * too large, a last block holds the records before it.
 */
export async function* readBlocks(
  topic: string,
  ranges: readonly OffsetSpan[],
  context: ReadContext,
): AsyncGenerator<Block> {
  const { source, builder, signal, phases, memory, isImpatient = false } = context;
  const fetches = source.read(topic, ranges, signal, { isImpatient })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const fetched = await phases.during('fetchMs', () => fetches.next());
      if (fetched.done) break;
      await context.check?.(fetched.value);
      const close = await phases.during('fetchMs', () => memory.open(fetched.value));
      try {
        yield* blocksOf(fetched.value, context);
      } finally {
        close();
      }
    }
    if (!builder.isEmpty) yield builder.finish();
  } catch (error) {
    if (error instanceof BatchTooLarge && !builder.isEmpty) yield builder.finish();
    throw error;
  } finally {
    await fetches.return?.();
  }
}

async function* blocksOf(fetched: FetchedRecords, context: ReadContext): AsyncGenerator<Block> {
  const { builder, phases, recount, onOldest } = context;
  const breaths = createBreaths();
  let sinceMs = performance.now();
  for (const run of fetched.runs()) {
    onOldest(run.timestamps[0] ?? Infinity);
    recount?.saw(run);
    for (let at = builder.add(run, 0); at < run.count; at = builder.add(run, at)) {
      phases.add('decodeMs', performance.now() - sinceMs);
      yield builder.finish();
      sinceMs = performance.now();
    }
    const breath = breaths.due();
    if (breath !== null) await breath;
  }
  builder.cover(fetched.partition, fetched.next);
  recount?.passed(fetched.partition, fetched.next);
  phases.add('decodeMs', performance.now() - sinceMs);
}
