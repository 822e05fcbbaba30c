import { crc32c } from '@node-rs/crc32';
import { Buffer } from 'node:buffer';
import { createBatchWriter } from '../../dev/events/batch-writer.js';
import { type Codec, CODECS } from '../../dev/events/compress.js';
import { FrameReader } from '../../src/adapters/kafka/client/connection.js';
import { AbortedProducers, recordRuns } from '../../src/adapters/kafka/records/record-batches.js';
import { createExpander } from '../../src/adapters/kafka/records/codecs.js';
import { RunColumns } from '../../src/adapters/kafka/records/run-columns.js';
import { splitBatches } from '../../src/adapters/kafka/records/split-batches.js';
import { measureSteps, type Step } from './measure-steps.js';
import { sampleEvent } from './sample-run.js';

// Measures the cost of one record from a socket to a run of records.

/** A fetch of 4 MiB, with batches as large as those of busy producers. */
const RECORDS = 14_000;
const BATCH_RECORDS = 1_000;
const READ_BYTES = 256 * 1_024;
const MAX_EXPANDED_BYTES = 64 * 1_024 * 1_024;

const range = { first: 0, end: RECORDS, where: 'the sample' };
const columns = new RunColumns();
const expand = createExpander(MAX_EXPANDED_BYTES);

/** Batches one after the other, as in the log. */
function sampleLog(codec: Codec): Buffer {
  const writer = createBatchWriter(codec);
  const batches: Buffer[] = [];
  for (let first = 0; first < RECORDS; first += BATCH_RECORDS) {
    for (let index = first; index < first + BATCH_RECORDS; index++) {
      const value = Buffer.from(sampleEvent(index));
      value.copy(writer.bytes, writer.add(value.length));
    }
    const batch = Buffer.from(writer.finish(0));
    // The broker sets this part, and the checksum does not cover it.
    batch.writeBigInt64BE(BigInt(first), 0);
    batches.push(batch);
  }
  return Buffer.concat(batches);
}

function receive(log: Buffer): () => void {
  const frame = Buffer.allocUnsafeSlow(log.length);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(log.length);
  return () => {
    const reader = new FrameReader({ allocate: () => frame, onFrame: () => undefined });
    reader.push(head);
    for (let at = 0; at < log.length; at += READ_BYTES) {
      reader.push(log.subarray(at, at + READ_BYTES));
    }
  };
}

function read(log: Buffer): () => void {
  return () => {
    const { batches } = splitBatches(log, range);
    const found = { ...range, bytes: log, batches, aborted: new AbortedProducers([]) };
    let records = 0;
    for (const run of recordRuns(found, columns, expand)) records += run.count;
    if (records !== RECORDS) throw new Error(`${records} records of ${RECORDS}`);
  };
}

const plain = sampleLog('none');
const steps: readonly Step[] = [
  { name: 'copy out of the buffer of the socket', round: receive(plain) },
  {
    name: 'checksum alone',
    round: () => {
      crc32c(plain);
    },
  },
  ...CODECS.map((codec) => ({
    name: `read: batches, checksum, records; codec ${codec}`,
    round: read(sampleLog(codec)),
  })),
];
measureSteps(steps, RECORDS);
