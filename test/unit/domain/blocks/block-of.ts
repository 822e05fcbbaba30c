import type { Block, KnownDeadLetter } from '../../../../src/domain/blocks/block.js';
import {
  type BlockBuilder,
  createBlockBuilder,
} from '../../../../src/domain/blocks/block-builder.js';
import { type ColumnPool, createColumnPool } from '../../../../src/domain/blocks/column-buffer.js';
import { LINEAGE_COLUMNS } from '../../../../src/domain/records/lineage.js';
import type { Cut } from '../../../../src/domain/blocks/block-limits.js';
import type { PlannedRange } from '../../../../src/domain/records/offset-range.js';
import { EVENT_CONTRACT } from '../../../../src/domain/contract/event-contract.js';
import type { ReadContract } from '../../../../src/domain/contract/table-contract.js';
import { createDecoder, type Decoder } from '../../../../src/domain/formats/decoder.js';
import type { RunReaders } from '../../../../src/domain/formats/run-reader.js';
import { identity } from '../../../../src/domain/contract/transform.js';

export const TOPIC_ID = 'sJ0pkQGkTzCTv0mf9NpbXg';

export const COLUMNS: readonly string[] = [
  ...EVENT_CONTRACT.fields.map(({ column }) => column),
  ...LINEAGE_COLUMNS.map(({ name }) => name),
];

export const BYTES = createDecoder({
  contract: EVENT_CONTRACT,
  transform: identity,
  path: 'bytes',
});
export const ZOD = createDecoder({ contract: EVENT_CONTRACT, transform: identity, path: 'zod' });

export function aCut(changes: Partial<Cut> = {}): Cut {
  return {
    version: 1,
    maxRows: 1_000_000,
    maxBytes: 64 << 20,
    maxTablePartitions: 100,
    tablePartition: 'month',
    columns: COLUMNS,
    alone: [],
    ...changes,
  };
}

export interface BuilderChanges {
  readonly cut?: Partial<Cut>;
  readonly ranges?: readonly PlannedRange[];
  readonly known?: readonly KnownDeadLetter[];
  readonly decoder?: Decoder | ReadContract;
  readonly pool?: ColumnPool;
  readonly runReaders?: RunReaders;
}

/** A builder for partition 0 and epoch 3 at any offset. Everything else can be changed. */
export function aBuilder(changes: BuilderChanges = {}): BlockBuilder {
  const ranges = [{ partition: 0, epoch: 3, first: '0', end: '9007199254740991' }];
  return createBlockBuilder({
    plan: {
      topic: 'stream-events',
      topicId: TOPIC_ID,
      ranges: changes.ranges ?? ranges,
      cut: aCut(changes.cut),
    },
    known: changes.known ?? [],
    decoder: changes.decoder ?? BYTES,
    pool: changes.pool ?? createColumnPool(),
    runReaders: changes.runReaders,
  });
}

/** The content of a block, copied from its buffers. */
export function copyOf(block: Block): Block {
  return {
    ...block,
    columns: block.columns.map((column) => ({ ...column, data: Buffer.from(column.data) })),
  };
}

export function anEvent(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    event_id: 'evt-1',
    event_type: 'user_action',
    timestamp: '2026-11-23T07:00:00',
    payload: { user_id: '7', action: 'click' },
    source: 'web-app',
    metadata: { version: '1.0' },
    ...changes,
  });
}
