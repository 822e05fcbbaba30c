import { unfilled } from '../../../domain/records/offset-range.js';
import type { Log } from '../../../domain/log/log.js';
import {
  deadLettersOf,
  sqlIdentifier,
  sqlName,
  type TableName,
} from '../../../domain/table/table-name.js';
import type { DeadLetterTable, LetterOptions } from '../../../domain/ports/dead-letter-table.js';
import { nativeBlock } from '../native/native.js';
import { queryId } from '../client/running-inserts.js';
import type { Server, Settings } from '../client/client.js';
import { DEAD_LETTER_COLUMNS } from '../schema/dead-letter-columns.js';
import { textColumns, withinLog } from '../schema/in-log.js';
import { closeSkip } from './change-letters.js';
import { deadLetterColumns, type Letter } from './dead-letter-block.js';
import { knownLetters, openSkips } from './known-letters.js';

/** Looked up at each insert, so that columns that were added in the meantime are filled without a restart. */
const OPTIONAL_COLUMNS: readonly string[] = DEAD_LETTER_COLUMNS.filter(
  ({ mayBeMissing }) => mayBeMissing,
).map(({ name }) => name);

export function createDeadLetterTable(
  server: Server,
  insertSettings: () => Promise<Settings>,
): DeadLetterTable {
  const insert = async (
    { table: events, log, contract = '', letters }: LettersOf,
    { token, batch, id, signal, onSilence }: LetterOptions,
  ): Promise<void> => {
    const table = deadLettersOf(events);
    const found = await textColumns(server, table, OPTIONAL_COLUMNS);
    const fillable = found.filter(({ isText, isFillable }) => isText && isFillable);
    const canFill = (name: string) => fillable.some((each) => each.name === name);
    const columns = deadLetterColumns({ log, batch, contract, letters }).filter(
      ({ name }) => !OPTIONAL_COLUMNS.includes(name) || canFill(name),
    );
    const names = columns.map(({ name }) => sqlIdentifier(name)).join(', ');
    await server.insert({
      sql: `INSERT INTO ${sqlName(table)} (${names}) FORMAT Native`,
      body: nativeBlock(letters.length, columns),
      settings: { ...(await insertSettings()), insert_deduplication_token: token },
      queryId: queryId(id, 'dead-letters'),
      signal,
      onSilence,
    });
  };
  return {
    async known(events, log, spans) {
      return knownLetters(server, await withinLog(server, deadLettersOf(events), log), spans);
    },
    insert(table, log, letters, { contract, ...options }) {
      const each = letters.map((letter) => ({ ...letter, end: letter.offset + 1 }));
      return insert({ table, log, contract, letters: each }, options);
    },
    insertSkip: (table, log, skip, options) =>
      insert({ table, log, letters: [letterOf(skip)] }, options),
    async fillSkips(events, log, spans, options) {
      const within = await withinLog(server, deadLettersOf(events), log);
      for (const skip of await openSkips(server, within, spans)) {
        const letters = unfilled(skip, spans).map((left) => letterOf({ ...skip, ...left }));
        const token = `${options.token}/${skip.epoch}-${skip.partition}-${skip.first}`;
        // The rest is written first, so that offsets that nobody has filled stay skipped even if this attempt ends in between.
        if (letters.length > 0)
          await insert({ table: events, log, letters }, { ...options, token });
        const settings = { ...(await insertSettings()), ...within.settings };
        await closeSkip(server, { ...within, settings, signal: options.signal }, skip);
      }
    },
  };
}

interface LettersOf {
  /** The table of events. */
  readonly table: TableName;
  readonly log: Log;
  /** The contract that judged the records; missing if they are skipped unread. */
  readonly contract?: string;
  readonly letters: readonly Letter[];
}

/** One dead letter for the whole range, whose records were not read. */
function letterOf({ partition, epoch, first, end, why }: SkippedSpan): Letter {
  return {
    partition,
    epoch,
    offset: first,
    end,
    timestamp: 0,
    key: null,
    headers: [],
    value: null,
    schema: '',
    stage: 'skip',
    reason: 'skipped',
    path: '',
    error: why,
  };
}

type SkippedSpan = Parameters<DeadLetterTable['insertSkip']>[2];
