import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import { sqlName } from '../../../domain/table/table-name.js';
import type { LetterKey, LetterWord } from '../../../domain/redrive/open-letters.js';
import type { Server, Settings } from '../client/client.js';
import type { Within } from '../schema/in-log.js';
import { LETTER_ORDER, tuple } from './letter-choice.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';

/** Keys in one statement: some 25 characters each, and a server reads 256 KiB of it. */
const KEYS_PER_STATEMENT = 5_000;

interface Change extends Within {
  readonly signal: AbortSignal;
}

/** Closes those of the letters that are open. Done twice, it is done once. */
export async function closeLetters(
  server: Server,
  {
    keys,
    status,
    ...change
  }: Change & { readonly keys: readonly LetterKey[]; readonly status: 'redriven' | 'dropped' },
): Promise<void> {
  for (const which of conditions(keys))
    await replace(server, change, { which, values: { status } });
}

/** Puts a new reason into letters that stay open. */
export async function amendLetters(
  server: Server,
  { amended, ...change }: Change & { readonly amended: readonly LetterWord[] },
): Promise<void> {
  const groups = new Map<string, (typeof amended)[number][]>();
  for (const letter of amended) {
    const { stage, reason, path, error } = letter;
    const key = JSON.stringify([stage, reason, path, error]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [letter]);
    else group.push(letter);
  }
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue;
    const { stage, reason, path, error } = first;
    const values = { stage, reason, path, error };
    for (const which of conditions([first, ...others])) {
      await replace(server, change, { which, values });
    }
  }
}

/** The range is no longer left out, or what remains of it is a range of its own. */
export async function closeSkip(
  server: Server,
  change: Change,
  { epoch, partition, first, end }: OffsetSpan,
): Promise<void> {
  const which = `stage = 'skip' AND (_epoch, _partition, _offset, _end) = (${epoch}, ${partition}, ${first}, ${end})`;
  await replace(server, change, { which, values: { status: 'redriven' } });
}

function* conditions(keys: readonly LetterKey[]): Generator<string> {
  for (let at = 0; at < keys.length; at += KEYS_PER_STATEMENT) {
    const some = keys.slice(at, at + KEYS_PER_STATEMENT).map(tuple);
    yield `stage != 'skip' AND ${LETTER_ORDER} IN (${some.join(', ')})`;
  }
}

/**
 * Writes the newest row of each open letter again with other values, on the server, so that whatever else it holds stays as
 * it is. The newest `at` counts: it must come behind the row's own also where a clock is behind.
 */
async function replace(
  server: Server,
  { table, condition, parameters, settings, signal }: Change,
  { which, values }: { readonly which: string; readonly values: Readonly<Record<string, string>> },
): Promise<void> {
  const replaced = Object.keys(values).map((name) => `{new_${name}:String} AS ${name}`);
  const newValues = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`new_${name}`, value]),
  );
  await server.command({
    sql:
      `INSERT INTO ${sqlName(table)} SELECT * REPLACE (${replaced.join(', ')}, ` +
      "greatest(now64(3, 'UTC'), at + toIntervalMillisecond(1)) AS at) " +
      // Within: beside the new values, conditions would be about them.
      `FROM (SELECT * FROM ${sqlName(table)} FINAL WHERE ${condition} AND status = 'open' AND ${which})`,
    parameters: { ...parameters, ...newValues },
    settings: { ...NEWEST_ROWS, ...everyTime(settings) },
    signal,
  });
}

/** A letter that is replaced by itself loses nothing: what must not be is that a repeat is taken for known, and dropped. */
function everyTime(settings: Settings): Settings {
  return {
    ...settings,
    insert_deduplicate: 0,
    ...('deduplicate_insert' in settings && { deduplicate_insert: 'disable' }),
  };
}
