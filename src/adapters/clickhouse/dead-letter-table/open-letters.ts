import { DEFAULT_CONTRACT } from '../../../domain/table/planned-contract.js';
import { deadLettersOf, sqlName } from '../../../domain/table/table-name.js';
import type {
  LetterCounts,
  LettersOf,
  LetterWindow,
  OpenLetters,
  OtherLetters,
} from '../../../domain/redrive/open-letters.js';
import type { Server, Settings } from '../client/client.js';
import { type TextColumn, textColumns, type Within, withinTopic } from '../schema/in-log.js';
import { amendLetters, closeLetters } from './change-letters.js';
import {
  chosen,
  type ChosenLetters,
  chosenOfOthers,
  inWindow,
  namedContract,
} from './letter-choice.js';
import { nextLetters, readOpenLetters } from './read-open-letters.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';
import type {
  DeadLetterCounts,
  DeadLetterReason,
} from '../../../domain/dead-letters/dead-letter.js';

interface Count {
  readonly status: string;
  readonly reason: DeadLetterReason;
  readonly count: string;
}

/** Most other contracts that a report and its notes name. No table should have more. */
const MAX_OTHERS = 20;

export function createOpenLetters(
  server: Server,
  insertSettings: () => Promise<Settings>,
): OpenLetters {
  // Letters of every log with the topic's name: each holds a whole record, and its row says which log it belongs to.
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

async function countLetters(server: Server, letters: ChosenLetters): Promise<LetterCounts> {
  const counts = await countBy(server, letters, "status = 'open'");
  const [skips] = await server.rows<{ count: string }>({
    sql: `SELECT toString(count()) AS count FROM ${sqlName(letters.table)} FINAL WHERE ${letters.condition} AND stage = 'skip' AND status = 'open'`,
    parameters: letters.parameters,
    settings: { ...NEWEST_ROWS, ...letters.settings },
  });
  const { contractColumn } = letters;
  return {
    open: byReason(counts, 'open'),
    skips: Number(skips?.count ?? 0),
    others: await countOthers(server, letters),
    contractColumn,
  };
}

async function countOthers(
  server: Server,
  { table, settings, ...letters }: ChosenLetters,
): Promise<readonly OtherLetters[]> {
  const { condition, parameters } = chosenOfOthers(letters);
  const rows = await server.rows<{ named: string; letters: string }>({
    sql:
      `SELECT ${namedContract(letters)} AS named, toString(count()) AS letters FROM ${sqlName(table)} FINAL ` +
      `WHERE ${condition} AND status = 'open' GROUP BY named ORDER BY count() DESC, named LIMIT ${MAX_OTHERS}`,
    parameters,
    settings: { ...NEWEST_ROWS, ...settings },
  });
  return rows.map((row) => ({ contract: row.named, letters: Number(row.letters) }));
}

async function closedLetters(
  server: Server,
  letters: ChosenLetters,
  window: LetterWindow,
): Promise<Readonly<Record<'redriven' | 'dropped', DeadLetterCounts>>> {
  const counts = await countBy(server, letters, `status != 'open' AND ${inWindow(window)}`);
  return { redriven: byReason(counts, 'redriven'), dropped: byReason(counts, 'dropped') };
}

function countBy(
  server: Server,
  { table, settings, ...letters }: ChosenLetters,
  which: string,
): Promise<readonly Count[]> {
  const { condition, parameters } = chosen(letters);
  return server.rows<Count>({
    sql:
      `SELECT toString(status) AS status, toString(reason) AS reason, toString(count()) AS count FROM ${sqlName(table)} FINAL ` +
      `WHERE ${condition} AND ${which} GROUP BY status, reason ORDER BY reason`,
    parameters,
    settings: { ...NEWEST_ROWS, ...settings },
  });
}

function byReason(counts: readonly Count[], wanted: string): DeadLetterCounts {
  return Object.fromEntries(
    counts
      .filter(({ status }) => status === wanted)
      .map(({ reason, count }) => [reason, Number(count)]),
  );
}
