import { unfilled } from '../../../domain/batch/unfilled.js';
import {
  deadLettersOf,
  sqlIdentifier,
  sqlName,
  type TableName,
} from '../../../domain/pipeline/table-name.js';
import type { DeadLetterTable, LetterOptions } from '../../../domain/ports.js';
import { nativeBlock } from '../formats/native.js';
import { queryId } from '../server/query-id.js';
import type { Server, Settings } from '../server/server.js';
import { syncReplica } from '../tables/sync-replica.js';
import { closeSkip } from './change-letters.js';
import { deadLetterColumns, type Letter } from './dead-letter-block.js';
import { knownLetters } from './known-letters.js';
import { openSkips } from './open-skips.js';

export function createDeadLetterTable(
  server: Server,
  insertSettings: () => Promise<Settings>,
): DeadLetterTable {
  const insert = async (
    { table, topic, letters }: LettersOf,
    { token, batch, id, signal }: LetterOptions,
  ): Promise<void> => {
    const columns = deadLetterColumns({ topic, batch, letters });
    const names = columns.map(({ name }) => sqlIdentifier(name)).join(', ');
    await server.insert({
      sql: `INSERT INTO ${sqlName(deadLettersOf(table))} (${names}) FORMAT Native`,
      body: nativeBlock(letters.length, columns),
      settings: { ...(await insertSettings()), insert_deduplication_token: token },
      queryId: queryId(id, 'dead-letters'),
      signal,
    });
  };
  return {
    async known(events, topic, spans) {
      const table = deadLettersOf(events);
      const settings = await syncReplica(server, table);
      return knownLetters(server, { table, topic, settings }, spans);
    },
    insert: (table, topic, letters, options) =>
      insert(
        { table, topic, letters: letters.map((each) => ({ ...each, end: each.offset + 1 })) },
        options,
      ),
    insertSkip: (table, topic, skip, options) =>
      insert({ table, topic, letters: [letterOf(skip)] }, options),
    async fillSkips(events, topic, spans, options) {
      const table = deadLettersOf(events);
      const settings = await syncReplica(server, table);
      for (const skip of await openSkips(server, { table, topic, settings }, spans)) {
        const letters = unfilled(skip, spans).map((left) => letterOf({ ...skip, ...left }));
        const token = `${options.token}/${skip.epoch}-${skip.partition}-${skip.first}`;
        // What is left comes first: a range that nobody has filled stays left out, whatever ends in between.
        if (letters.length > 0)
          await insert({ table: events, topic, letters }, { ...options, token });
        const change = { table, topic, settings: { ...(await insertSettings()), ...settings } };
        await closeSkip(server, { ...change, signal: options.signal }, skip);
      }
    },
  };
}

interface LettersOf {
  /** The table of events. */
  readonly table: TableName;
  readonly topic: string;
  readonly letters: readonly Letter[];
}

/** One letter for the whole range: nobody has looked at its records. */
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
    stage: 'skip',
    reason: 'skipped',
    path: '',
    error: why,
  };
}

type SkippedSpan = Parameters<DeadLetterTable['insertSkip']>[2];
