import { isUtf8 } from 'node:buffer';
import { createBlockBuilder } from '../../src/domain/blocks/block-builder.js';
import { createColumnPool } from '../../src/domain/blocks/column-buffer.js';
import { LINEAGE_COLUMNS } from '../../src/domain/records/lineage.js';
import { RowColumns } from '../../src/domain/blocks/row-columns.js';
import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../src/domain/formats/decoder.js';
import { skipValue } from '../../src/domain/formats/json/grammar.js';
import { createScanner } from '../../src/domain/formats/json/scanner.js';
import type { RunReaders } from '../../src/domain/formats/run-reader.js';
import { loadEngine } from '../../src/engine/engine-module.js';
import { createRunReaders } from '../../src/engine/run-readers.js';
import { identity } from '../../src/domain/contract/transform.js';
import { measureSteps, type Step } from './measure-steps.js';
import { sampleRun } from './sample-run.js';

// Measures the cost of one record in each step from its bytes to a block.

const PARTITIONS = 4;
/** A fetch of 4 MiB. */
const RECORDS_PER_RUN = 14_000;

const runs = Array.from({ length: PARTITIONS }, (_, partition) =>
  sampleRun(0, RECORDS_PER_RUN, partition),
);
const records = PARTITIONS * RECORDS_PER_RUN;

const TOPIC_ID = 'sJ0pkQGkTzCTv0mf9NpbXg';

function eachRecord(take: (bytes: Buffer, start: number, end: number) => void): () => void {
  return () => {
    for (const { count, bytes, valueStarts, valueEnds } of runs) {
      for (let index = 0; index < count; index++) {
        take(bytes, valueStarts[index] ?? 0, valueEnds[index] ?? 0);
      }
    }
  };
}

function buildBlocks(path: 'bytes' | 'zod', runReaders: RunReaders | null = null): () => void {
  const decoder = createDecoder({ contract: EVENT_CONTRACT, transform: identity, path });
  const pool = createColumnPool();
  const names = [
    ...EVENT_CONTRACT.fields.map(({ column }) => column),
    ...LINEAGE_COLUMNS.map(({ name }) => name),
  ];
  const ranges = runs.map(({ partition }) => ({
    partition,
    epoch: 0,
    first: '0',
    end: String(RECORDS_PER_RUN),
  }));
  return () => {
    const builder = createBlockBuilder({
      plan: {
        topic: 'stream-events',
        topicId: TOPIC_ID,
        ranges,
        cut: {
          version: 1,
          maxRows: 200_000,
          maxBytes: 64 << 20,
          maxTablePartitions: 100,
          tablePartition: 'month',
          columns: names,
          alone: [],
        },
      },
      known: [],
      decoder,
      pool,
      runReaders,
    });
    for (const run of runs) builder.add(run, 0);
    const block = builder.finish();
    if (block.rows !== records) throw new Error(`${block.rows} rows of ${records} records`);
    builder.release(block);
  };
}

/** One record, parsed once and copied for every record, so that only the cost of copying remains. */
function copyColumns(): () => void {
  const scanner = createScanner(EVENT_CONTRACT);
  const { bytes, valueStarts, valueEnds } = sampleRun(0, 1, 0);
  scanner.scan(bytes, valueStarts[0] ?? 0, valueEnds[0] ?? 0);
  const columns = new RowColumns({
    contract: EVENT_CONTRACT,
    topicId: TOPIC_ID,
    topic: 'stream-events',
    columns: EVENT_CONTRACT.fields.map(({ column }) => column),
    pool: createColumnPool(),
  });
  return () => {
    for (let index = 0; index < records; index++) columns.appendScanned(bytes, scanner);
    columns.finish([]).giveBack();
  };
}

const scanner = createScanner(EVENT_CONTRACT);
const engine = loadEngine();
const steps: readonly Step[] = [
  {
    name: 'JSON grammar alone',
    round: eachRecord((bytes, start, end) => {
      skipValue(bytes, start, end);
    }),
  },
  {
    name: 'isUtf8 of a slice (not used: the grammar checks)',
    round: eachRecord((bytes, start, end) => {
      isUtf8(bytes.subarray(start, end));
    }),
  },
  {
    name: 'scan: grammar, fields, timestamp',
    round: eachRecord((bytes, start, end) => {
      scanner.scan(bytes, start, end);
    }),
  },
  { name: 'copy: six columns of a found record', round: copyColumns() },
  { name: 'block: scan, copy, lineage', round: buildBlocks('bytes') },
  ...(engine === null
    ? []
    : [
        {
          name: 'block by the engine',
          round: buildBlocks(
            'bytes',
            createRunReaders(() => engine),
          ),
        },
      ]),
  { name: 'block by JSON.parse and zod', round: buildBlocks('zod') },
];
measureSteps(steps, records);
