import { createPhases } from '../../src/activities/ingest-batch/phases.js';
import { readBlocks } from '../../src/activities/ingest-batch/read-blocks.js';
import { nativeBlock } from '../../src/adapters/clickhouse/native/native.js';
import type { Kafka } from '../../src/adapters/kafka/kafka.js';
import { createBlockBuilder } from '../../src/domain/blocks/block-builder.js';
import { createColumnPool } from '../../src/domain/blocks/column-buffer.js';
import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../src/domain/formats/decoder.js';
import { identity } from '../../src/domain/contract/transform.js';
import type { Load } from '../stage/load.js';
import { EVENT_COLUMNS } from '../stage/tables.js';

/** An insert that only has to be sent. */
export interface ReadyBlock {
  readonly rows: number;
  /** One block in the format `Native`. */
  readonly body: Buffer;
}

const BLOCKS = 4;
const BLOCK_ROWS = 200_000;
const BLOCK_BYTES = 64 * 1_024 * 1_024;

/** The first blocks of a load, as Millrace would send them to a table without lineage. */
export async function readyBlocks(kafka: Kafka, load: Load): Promise<readonly ReadyBlock[]> {
  const perPartition = Math.floor(Math.min(load.records, BLOCKS * BLOCK_ROWS) / load.partitions);
  const ranges = Array.from({ length: load.partitions }, (_, partition) => ({
    partition,
    epoch: 0,
    first: 0,
    end: perPartition,
  }));
  const builder = createBlockBuilder({
    plan: {
      topic: load.topic,
      topicId: '',
      ranges: ranges.map((range) => ({ ...range, first: '0', end: String(perPartition) })),
      cut: {
        version: 1,
        maxRows: BLOCK_ROWS,
        maxBytes: BLOCK_BYTES,
        maxTablePartitions: 100,
        tablePartition: 'month',
        columns: EVENT_COLUMNS,
        alone: [],
      },
    },
    known: [],
    decoder: createDecoder({ contract: EVENT_CONTRACT, transform: identity, path: 'bytes' }),
    pool: createColumnPool(),
  });
  const blocks: ReadyBlock[] = [];
  const reading = readBlocks(load.topic, ranges, {
    source: kafka.source,
    builder,
    signal: new AbortController().signal,
    phases: createPhases(),
    memory: {
      open: async (fetched) => {
        await fetched.open();
        return () => undefined;
      },
    },
    onOldest: () => undefined,
  });
  for await (const block of reading) {
    blocks.push({ rows: block.rows, body: Buffer.concat(nativeBlock(block.rows, block.columns)) });
    builder.release(block);
  }
  return blocks;
}
