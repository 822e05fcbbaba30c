import type { DeadLetterCounts, DeadLetterReason } from '../../../domain/pipeline/public-types.js';
import { sqlName } from '../../../domain/table/table-name.js';
import type {
  LetterCounts,
  LetterWindow,
  OtherLetters,
} from '../../../domain/redrive/open-letters.js';
import type { Server } from '../client/client.js';
import {
  type ChosenLetters,
  chosen,
  chosenOfOthers,
  inWindow,
  namedContract,
} from './letter-choice.js';
import { NEWEST_ROWS } from './newest-rows.js';

interface Count {
  readonly status: string;
  readonly reason: DeadLetterReason;
  readonly count: string;
}

export async function countLetters(server: Server, letters: ChosenLetters): Promise<LetterCounts> {
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

/** A report and its notes name so many contracts, which is more than anybody gives one table. */
const MAX_OTHERS = 20;

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

export async function closedLetters(
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
