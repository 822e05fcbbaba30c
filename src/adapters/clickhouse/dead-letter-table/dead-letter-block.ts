import { Buffer } from 'node:buffer';
import type { DeadLetter } from '../../../domain/blocks/block.js';
import type { Log } from '../../../domain/log/log.js';
import {
  arrays,
  int64s,
  type NativeColumn,
  nullableStrings,
  strings,
  uint32s,
  uint64s,
} from '../native/native.js';
import { DEAD_LETTER_COLUMNS } from '../schema/dead-letter-columns.js';

/** A dead letter as a row: a record, or a whole range that was skipped by a decision. */
export interface Letter extends DeadLetter {
  /** Exclusive. */
  readonly end: number;
}

export interface Letters {
  readonly log: Pick<Log, 'topic' | 'topicId'>;
  readonly batch: string;
  /** The contract that judged the records; empty if none did. */
  readonly contract: string;
  readonly letters: readonly Letter[];
}

/** The columns of an insert: all that the server does not fill, in the order of the table. */
export function deadLetterColumns({
  log,
  batch,
  contract,
  letters,
}: Letters): readonly NativeColumn[] {
  const values: Readonly<Record<string, Buffer>> = {
    _topic: strings(letters.map(() => log.topic)),
    _topic_id: strings(letters.map(() => log.topicId)),
    _epoch: uint32s(letters.map(({ epoch }) => epoch)),
    _partition: uint32s(letters.map(({ partition }) => partition)),
    _offset: uint64s(letters.map(({ offset }) => offset)),
    _end: uint64s(letters.map(({ end }) => end)),
    _timestamp: int64s(letters.map(({ timestamp }) => timestamp)),
    _key: nullableStrings(letters.map(({ key }) => key)),
    _headers: arrays(
      letters.map(({ headers }) => headers),
      (headers) =>
        Buffer.concat([
          strings(headers.map(({ key }) => key)),
          nullableStrings(headers.map(({ value }) => value)),
        ]),
    ),
    value: nullableStrings(letters.map(({ value }) => value)),
    stage: strings(letters.map(({ stage }) => stage)),
    reason: strings(letters.map(({ reason }) => reason)),
    path: strings(letters.map(({ path }) => path)),
    error: strings(letters.map(({ error }) => error)),
    batch: strings(letters.map(() => batch)),
    contract: strings(letters.map(() => contract)),
    schema: strings(letters.map(({ schema }) => schema)),
  };
  return DEAD_LETTER_COLUMNS.filter(({ filledByServer }) => !filledByServer).map(
    ({ name, type }) => {
      const data = values[name];
      if (data === undefined) throw new Error(`Dead letters have no value for column ${name}`);
      return { name, type: sentAs(type), data };
    },
  );
}

/** A LowCardinality column is sent as plain strings, and the server builds the dictionary. */
function sentAs(type: string): string {
  return type.startsWith('LowCardinality(') ? type.slice('LowCardinality('.length, -1) : type;
}
