import { deadLettersOf, type TableName } from '../../../domain/pipeline/table-name.js';
import type { LettersOf, OpenLetters } from '../../../domain/ports.js';
import type { Server, Settings } from '../server/server.js';
import { syncReplica } from '../tables/sync-replica.js';
import { amendLetters, closeLetters } from './change-letters.js';
import { closedLetters, countLetters } from './count-letters.js';
import type { ChosenLetters } from './letter-choice.js';
import { nextLetters } from './next-letters.js';
import { readOpenLetters } from './read-open-letters.js';

export function createOpenLetters(
  server: Server,
  insertSettings: () => Promise<Settings>,
): OpenLetters {
  const lookInto = async ({ table: events, topic, choice }: LettersOf): Promise<ChosenLetters> => {
    const table = deadLettersOf(events);
    return { table, topic, choice, settings: await syncReplica(server, table) };
  };
  const changed = async ({ table: events, topic }: { table: TableName; topic: string }) => {
    const table = deadLettersOf(events);
    const settings = { ...(await insertSettings()), ...(await syncReplica(server, table)) };
    return { table, topic, settings };
  };
  return {
    count: async (letters) => countLetters(server, await lookInto(letters)),
    next: async (letters, after, limits) =>
      nextLetters(server, await lookInto(letters), { after, limits }),
    read: async (letters, window) => readOpenLetters(server, await lookInto(letters), window),
    closed: async (letters, window) => closedLetters(server, await lookInto(letters), window),
    close: async (letters, keys, status, signal) =>
      closeLetters(server, { ...(await changed(letters)), keys, status, signal }),
    amend: async (letters, amended, signal) =>
      amendLetters(server, { ...(await changed(letters)), amended, signal }),
  };
}
