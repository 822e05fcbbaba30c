import { DEFAULT_CONTRACT } from '../../../domain/contract/planned-contract.js';
import { deadLettersOf } from '../../../domain/table/table-name.js';
import type { LettersOf, OpenLetters } from '../../../domain/redrive/open-letters.js';
import type { Server, Settings } from '../client/client.js';
import { type Within, withinTopic } from '../schema/in-log.js';
import { type TextColumn, textColumns } from '../schema/text-columns.js';
import { amendLetters, closeLetters } from './change-letters.js';
import { closedLetters, countLetters } from './count-letters.js';
import type { ChosenLetters } from './letter-choice.js';
import { nextLetters } from './next-letters.js';
import { readOpenLetters } from './read-open-letters.js';

export function createOpenLetters(
  server: Server,
  insertSettings: () => Promise<Settings>,
): OpenLetters {
  // Letters of every log of the topic's name: each is a whole record, and its row says of which log it is.
  const within = ({ table, topic }: Pick<LettersOf, 'table' | 'topic'>): Promise<Within> =>
    withinTopic(server, deadLettersOf(table), topic);
  const lookInto = async (letters: LettersOf): Promise<ChosenLetters> => {
    const { table, choice, contract = DEFAULT_CONTRACT } = letters;
    const [found, columns] = await Promise.all([
      within(letters),
      textColumns(server, deadLettersOf(table), ['contract']),
    ]);
    return { ...found, choice, contract, contractColumn: contractColumnOf(columns) };
  };
  const changed = async (letters: Pick<LettersOf, 'table' | 'topic'>): Promise<Within> => {
    const found = await within(letters);
    return { ...found, settings: { ...(await insertSettings()), ...found.settings } };
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

function contractColumnOf([column]: readonly TextColumn[]): ChosenLetters['contractColumn'] {
  if (column === undefined) return 'missing';
  return column.isText && column.isFillable ? 'stored' : 'unfit';
}
