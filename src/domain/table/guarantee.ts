import { storedTopicId } from '../log/log.js';
import { counted } from '../readable-units.js';
import type { Difference, Drift } from './drift.js';
import type { Guarantee, NotStored } from './guarantee-level.js';
import {
  isMergeTree,
  isPlain,
  type StorageDescription,
  type TableDescription,
} from './description.js';
import { lossReasons, tableBehind } from './kept-rows.js';
import { type TableName, writtenIdentifier, writtenName } from './table-name.js';
import type { Target } from './target.js';

/** Inserts of other lanes, per lane, that a table must remember between two sends of one block. */
const INSERTS_BETWEEN_SENDS = 100;

/** An attempt may send a block this long after it began, and the table must still recognise the repeat. */
const MIN_WINDOW_SECONDS = 15 * 60;

export interface Load {
  readonly lanes: number;
  /** Table partitions that one block may touch. */
  readonly tablePartitionsPerBlock: number;
}

/** Parts that a table must remember, so that it recognises every repeated insert. */
export function leastWindow(storage: { readonly partitionKey: string }, load: Load): number {
  const partsPerInsert = storage.partitionKey === '' ? 1 : load.tablePartitionsPerBlock;
  return INSERTS_BETWEEN_SENDS * load.lanes * partsPerInsert;
}

export interface Found extends Load, Pick<Drift, 'lineage' | 'log'> {
  readonly notStored: readonly NotStored[];
}

/** What a pipeline can guarantee with this table. Every reason says what to do. */
export function guaranteeOf(table: TableDescription, found: Found): Guarantee {
  const lossy = lossReasons(table);
  const why = [
    ...lossy,
    ...columnReasons(table, found),
    ...(lossy.length > 0 ? [] : engineReasons(table)),
    ...lineageReasons(table, found),
    ...(isPlain(table.engine) ? windowReasons(table, found, '') : []),
    ...viewReasons(table, found),
  ];
  if (why.length === 0) return { level: 'exactly-once' };
  return { level: lossy.length > 0 ? 'none' : 'at-least-once', why };
}

/** A row without a field that every event has does not represent the event. */
function columnReasons(table: TableDescription, { notStored }: Found): readonly string[] {
  return notStored
    .filter(({ optional }) => !optional)
    .map((column) => columnReason(table.name, column));
}

/** A column that is not stored, as a reason against exactly-once. */
export function columnReason(table: TableName, { column, why, fix }: NotStored): string {
  return `${writtenName(table)} does not store ${writtenIdentifier(column)} (${why}): ${fix}`;
}

function engineReasons(table: TableDescription): readonly string[] {
  const name = writtenName(table.name);
  if (!isMergeTree(table.engine)) {
    return [
      `${name} is a ${table.engine}: it does not deduplicate repeated inserts; write into ${tableBehind(table)}`,
    ];
  }
  if (!isPlain(table.engine)) {
    return [
      `${name} is a ${table.engine}: it merges rows with equal keys, so a lost row can't be distinguished from a merged one; write into a MergeTree table, and fill this one through a view`,
    ];
  }
  return [
    ...(table.uniqueKey === ''
      ? []
      : [
          `${name} replaces rows with equal ${table.uniqueKey} (UNIQUE KEY): write into a table without one`,
        ]),
    ...(table.deletingTtl.length === 0
      ? []
      : [
          `${name} deletes rows by TTL (${table.deletingTtl.join(', ')}), so a lost row can't be distinguished from an expired one: ${ttlFix(table)}`,
        ]),
  ];
}

function ttlFix(table: TableDescription): string {
  const rest = table.otherTtl.join(', ');
  return alter(table, rest === '' ? 'REMOVE TTL' : `MODIFY TTL ${rest}`);
}

function lineageReasons(
  table: TableDescription,
  { lineage, log }: Pick<Drift, 'lineage' | 'log'>,
): readonly string[] {
  const name = writtenName(table.name);
  if (lineage.length > 0) {
    return [
      withFix(table, `the rows of ${name} do not say which records they come from`, [
        ...lineage,
        ...log,
      ]),
    ];
  }
  if (log.length === 0) return [];
  const what = `rows of ${name} do not say which log they belong to, so a recreated topic, or a topic of the same name on another cluster, can't be distinguished from this one`;
  return [withFix(table, what, log)];
}

function withFix(
  table: TableDescription,
  what: string,
  differences: readonly Difference[],
): string {
  const whole = `${what} (${differences.map((each) => each.what).join(', ')})`;
  const fixes = differences.flatMap(({ alteration }) => (alteration === null ? [] : [alteration]));
  return fixes.length === differences.length
    ? `${whole}: ${alter(table, fixes.join(', '))}`
    : `${whole}: recreate the table`;
}

function windowReasons(storage: StorageDescription, load: Load, behind: string): readonly string[] {
  const name = writtenName(storage.name);
  const { window } = storage;
  if (window === null) {
    return [`${name}${behind} is a ${storage.engine}: it does not deduplicate repeated inserts`];
  }
  return windowShortfalls(storage, load).map(
    ({ what, alteration }) => `${name}${behind} ${what}: ${alter(storage, alteration)}`,
  );
}

/** In which ways the window is too small, and the part of `ALTER TABLE` that widens it. Empty if the engine has no window. */
export function windowShortfalls(
  storage: StorageDescription,
  load: Load,
): readonly { readonly what: string; readonly alteration: string }[] {
  const { window } = storage;
  if (window === null) return [];
  const least = leastWindow(storage, load);
  return [
    ...(window.parts < least
      ? [
          {
            what: `remembers only the last ${window.parts} parts, but ${counted(load.lanes, 'lane needs', 'lanes need')} ${least}`,
            alteration: `MODIFY SETTING ${window.setting} = ${least}`,
          },
        ]
      : []),
    ...(window.seconds !== null && window.seconds < MIN_WINDOW_SECONDS
      ? [
          {
            what: `remembers inserts for only ${window.seconds} s, but ${MIN_WINDOW_SECONDS} s are needed`,
            alteration: `MODIFY SETTING ${window.setting}_seconds = ${MIN_WINDOW_SECONDS}`,
          },
        ]
      : []),
  ];
}

function viewReasons(table: TableDescription, load: Load): readonly string[] {
  return table.views.flatMap(({ name, engine, target }) => {
    if (target !== null) return windowReasons(target, load, ` (behind view ${name})`);
    const unknown = `it is unknown what view ${name} does with a repeated insert`;
    if (engine === null) return [`${unknown}: GRANT SHOW TABLES ON ${name} to this user`];
    if (engine === 'MaterializedView') {
      return [`${unknown}: GRANT SHOW TABLES ON the table behind it to this user`];
    }
    return [`${unknown}: it is a ${engine}`];
  });
}

/** The same table if its topic may have no id. Its rows can't say which log they belong to. */
export function withTopicId(target: Target, topicId: string): Target {
  if (storedTopicId(topicId) !== '') return target;
  const weaken = (guarantee: Guarantee): Guarantee => ({
    level: guarantee.level === 'none' ? 'none' : 'at-least-once',
    why: [...(guarantee.level === 'exactly-once' ? [] : guarantee.why), NO_TOPIC_IDS],
  });
  const { guarantee, widest } = target;
  return {
    ...target,
    guarantee: weaken(guarantee),
    ...(widest && { widest: { ...widest, guarantee: weaken(widest.guarantee) } }),
  };
}

const NO_TOPIC_IDS =
  "the brokers give topics no ids, so a recreated topic, or a topic of the same name on another cluster, can't be distinguished from this one: raise the cluster's protocol version (`inter.broker.protocol.version`) to 2.8 or later";

/** A statement that fixes a table, ready to run. */
export function alter(storage: Pick<StorageDescription, 'name'>, what: string): string {
  return `ALTER TABLE ${writtenName(storage.name)} ${what}`;
}
