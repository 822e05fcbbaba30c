import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import { sqlName } from '../../../domain/table/table-name.js';
import type { LetterKey, LetterWord } from '../../../domain/redrive/open-letters.js';
import type { Server, Settings } from '../client/client.js';
import type { Within } from '../schema/in-log.js';
import { LETTER_ORDER, tuple } from './letter-choice.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';

/** Keys in one statement: each takes some 25 characters, and a server accepts statements of 256 KiB. */
const KEYS_PER_STATEMENT = 5_000;

interface Change extends Within {
  readonly signal: AbortSignal;
}

/** Closes those of the dead letters that are open. Idempotent. */
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

/** Writes a new reason into dead letters that stay open. */
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

/** Closes a skipped range that was filled, or whose rest has become a skipped range of its own. */
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
 * Rewrites the newest row of each open dead letter with new values, on the server, so that its other columns stay as they are.
 * The row with the newest `at` counts, so the new `at` must be later than the old one even if a clock is behind.
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
      // In a subquery: next to the new values, the conditions would refer to those.
      `FROM (SELECT * FROM ${sqlName(table)} FINAL WHERE ${condition} AND status = 'open' AND ${which})`,
    parameters: { ...parameters, ...newValues },
    settings: { ...NEWEST_ROWS, ...everyTime(settings) },
    signal,
  });
}

/** Turns deduplication off. Replacing a dead letter twice does no harm, but a repeat must not be dropped as a duplicate. */
function everyTime(settings: Settings): Settings {
  return {
    ...settings,
    insert_deduplicate: 0,
    ...('deduplicate_insert' in settings && { deduplicate_insert: 'disable' }),
  };
}
