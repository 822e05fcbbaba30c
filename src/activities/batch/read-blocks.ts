import type { BlockBuilder } from '../../domain/batch/block-builder.js';
import type { Block } from '../../domain/batch/block.js';
import type { OffsetSpan } from '../../domain/batch/range.js';
import type { FetchedRecords, RecordSource } from '../../domain/ports.js';
import type { Phases } from './phases.js';
import type { Recount } from './recount.js';

export interface ReadContext {
  readonly source: RecordSource;
  readonly builder: BlockBuilder;
  readonly signal: AbortSignal;
  readonly phases: Phases;
  /** Hears of all that is read. */
  readonly recount?: Recount;
  /** Hears of the timestamp of a fetch's first record, in milliseconds since 1970. */
  readonly onOldest: (timestampMs: number) => void;
}

/** Reads ranges and cuts their records into blocks, in order. A block is the caller's until it is released. */
export async function* readBlocks(
  topic: string,
  ranges: readonly OffsetSpan[],
  context: ReadContext,
): AsyncGenerator<Block> {
  const { source, builder, signal, phases } = context;
  const fetches = source.read(topic, ranges, signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const fetched = await phases.during('fetchMs', () => fetches.next());
      if (fetched.done) break;
      yield* blocksOf(fetched.value, context);
    }
    if (!builder.isEmpty) yield builder.finish();
  } finally {
    await fetches.return?.();
  }
}

function* blocksOf(fetched: FetchedRecords, context: ReadContext): Generator<Block> {
  const { builder, phases, recount, onOldest } = context;
  let sinceMs = performance.now();
  for (const run of fetched.runs()) {
    onOldest(run.timestamps[0] ?? Infinity);
    recount?.saw(run);
    for (let at = builder.add(run, 0); at < run.count; at = builder.add(run, at)) {
      phases.add('decodeMs', performance.now() - sinceMs);
      yield builder.finish();
      sinceMs = performance.now();
    }
  }
  builder.cover(fetched.partition, fetched.next);
  recount?.passed(fetched.partition, fetched.next);
  phases.add('decodeMs', performance.now() - sinceMs);
}
