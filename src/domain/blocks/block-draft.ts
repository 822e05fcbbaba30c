import { Buffer } from 'node:buffer';
import type { Rejection } from '../formats/json/decode.js';
import { schemaIdOf } from '../formats/schema-header.js';
import type { RecordRun } from '../records/record-run.js';
import type { Block, DeadLetter, KnownDeadLetter, RawRecord } from './block.js';
import type { OffsetSpan } from '../records/offset-range.js';

/** Result so far for the records of an unfinished block. */
export interface BlockDraft {
  readonly spans: Growing<OffsetSpan>[];
  readonly deadLetters: DeadLetter[];
  readonly knownDeadLetters: KnownDeadLetter[];
  filtered: number;
  /** Event times of rows, in seconds since 1970. */
  earliest: number;
  latest: number;
  /** The record of the first row. If it stays the only row and the table refuses it, the record becomes a dead letter. */
  firstRow: RawRecord | null;
}

type Growing<T> = { -readonly [Name in keyof T]: T[Name] };

/** A record in its run. */
export interface RecordPlace {
  readonly run: RecordRun;
  readonly epoch: number;
  index: number;
}

export function emptyDraft(): BlockDraft {
  return {
    spans: [],
    deadLetters: [],
    knownDeadLetters: [],
    filtered: 0,
    earliest: Infinity,
    latest: -Infinity,
    firstRow: null,
  };
}

export function addRow(draft: BlockDraft, place: RecordPlace, seconds: number): void {
  const { run, epoch, index } = place;
  const { spans } = draft;
  const { partition } = run;
  const offset = run.offsets[index] ?? -1;
  const last = spans[spans.length - 1];
  if (last?.end === offset && last.partition === partition) last.end = offset + 1;
  else {
    spans.push({ partition, epoch, first: offset, end: offset + 1 });
    draft.firstRow ??= rawRecord(place);
  }
  if (seconds < draft.earliest) draft.earliest = seconds;
  if (seconds > draft.latest) draft.latest = seconds;
}

export function setAside(
  draft: BlockDraft,
  place: RecordPlace,
  rejection: Omit<Rejection, 'kind'>,
): void {
  const { stage, reason, path, error } = rejection;
  draft.deadLetters.push({ ...rawRecord(place), stage, reason, path, error });
}

/** The part of a block that comes from the draft. */
export function toBlockParts(draft: BlockDraft, rows: number) {
  const { spans, deadLetters, knownDeadLetters, filtered, earliest, latest, firstRow } = draft;
  return {
    spans,
    times: rows > 0 ? { min: earliest, max: latest } : null,
    deadLetters,
    knownDeadLetters,
    lone: rows === 1 ? firstRow : null,
    filtered,
  } satisfies Partial<Block>;
}

/** A copy of everything that Kafka has of the record, because the next fetch overwrites the buffer. */
function rawRecord({ run, epoch, index }: RecordPlace): RawRecord {
  const value = copyOf(run.bytes, run.valueStarts[index], run.valueEnds[index]);
  return {
    partition: run.partition,
    epoch,
    offset: run.offsets[index] ?? -1,
    timestamp: run.timestamps[index] ?? -1,
    key: copyOf(run.bytes, run.keyStarts[index], run.keyEnds[index]),
    headers: run.headers(index).map((header) => ({
      key: header.key,
      value: header.value && Buffer.from(header.value),
    })),
    value,
    schema: schemaIdOf(value),
  };
}

function copyOf(bytes: Buffer, start = -1, end = -1): Buffer | null {
  return start < 0 ? null : Buffer.from(bytes.subarray(start, end));
}
