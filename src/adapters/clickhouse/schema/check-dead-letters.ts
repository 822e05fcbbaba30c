import { DEFAULT_CONTRACT } from '../../../domain/table/planned-contract.js';
import { TableUnfit } from '../../../domain/errors.js';
import { LOG_COLUMN } from '../../../domain/records/lineage.js';
import { type Difference, findDrift } from '../../../domain/table/drift.js';
import { alter } from '../../../domain/table/guarantee.js';
import type { TableDescription } from '../../../domain/table/description.js';
import { writtenIdentifier, writtenName } from '../../../domain/table/table-name.js';
import { DEAD_LETTER_COLUMNS, DEAD_LETTER_KEY } from './dead-letter-columns.js';
import { isOnCluster } from './find-place.js';

/** Optional columns that say more about a dead letter than its record and its log. */
const ORIGIN_COLUMNS = DEAD_LETTER_COLUMNS.filter(
  ({ name, mayBeMissing }) => mayBeMissing && name !== LOG_COLUMN.name,
);

/**
 * Checks that a table of dead letters takes every dead letter and keeps it. Throws `TableUnfit`, with the fix, if it does not.
 * Returns warnings for the operator. `create` is the statement that creates such a table in the right place.
 */
export function checkDeadLetters(
  table: TableDescription,
  { events, create }: { readonly events: TableDescription; readonly create: string },
): readonly string[] {
  const name = writtenName(table.name);
  const recreate = `${renamed(table)};\n${create};`;
  if (!/^(Replicated|Shared)?ReplacingMergeTree$/.test(table.engine)) {
    throw new TableUnfit(
      `${name} is a ${table.engine}, and dead letters need a ReplacingMergeTree, which keeps the newest row of each record. Recreate it:\n${recreate}`,
    );
  }
  if (table.sortingKey !== DEAD_LETTER_KEY.join(', ')) {
    throw new TableUnfit(
      `${name} is ordered by (${table.sortingKey}): dead letters of different records would replace each other. Recreate it:\n${recreate}`,
    );
  }
  const { differences } = findDrift(
    DEAD_LETTER_COLUMNS.filter(({ mayBeMissing }) => !mayBeMissing),
    table.columns,
  );
  if (differences.length > 0) {
    const fixes = differences.map(({ alteration }) => alteration).filter((fix) => fix !== null);
    const whole = fixes.length === differences.length;
    throw new TableUnfit(
      `${name} can't store dead letters: ${differences.map(({ what }) => what).join('; ')}. ${whole ? `Run: ${alter(table, fixes.join(', '))}` : `Recreate it:\n${recreate}`}`,
    );
  }
  const { log } = findDrift([], table.columns);
  const origin = findDrift(ORIGIN_COLUMNS, table.columns).differences;
  return [
    ...log.map(
      ({ what, alteration }) =>
        `${name}: dead letters don't say which log they belong to, so those of a recreated topic can't be distinguished from the others: ${what}${alteration === null ? '' : `: ${alter(table, alteration)}`}`,
    ),
    ...(origin.length === 0 ? [] : [originWarning(table, origin)]),
    ...(table.deletingTtl.length === 0
      ? []
      : [
          `${name} deletes dead letters by TTL (${table.deletingTtl.join(', ')}): once they are deleted, verify counts their records as lost`,
        ]),
    ...(isOnCluster(events) && !isOnCluster(table)
      ? [
          `${name} is a ${table.engine} on one node, and ${writtenName(events.name)} is a ${events.engine}: other nodes have neither the dead letters nor the skipped ranges. Replicate it:\n${recreate}\n${copied(table)};`,
        ]
      : []),
  ];
}

function originWarning(table: TableDescription, differences: readonly Difference[]): string {
  const fixes = differences.flatMap(({ alteration }) => alteration ?? []);
  const fix = fixes.length === 0 ? '' : `: ${alter(table, fixes.join(', '))}`;
  return `${writtenName(table.name)}: dead letters don't say which contract rejected them, or which schema their records name. Without a contract they count as those of ${DEFAULT_CONTRACT}, and a redrive with another contract does not process them: ${differences.map(({ what }) => what).join('; ')}${fix}`;
}

function renamed({ name }: TableDescription): string {
  return `RENAME TABLE ${writtenName(name)} TO ${writtenName(oldName(name))}`;
}

function copied({ name, columns: there }: TableDescription): string {
  const columns = DEAD_LETTER_COLUMNS.filter((column) =>
    there.some((each) => each.name === column.name),
  )
    .map((column) => writtenIdentifier(column.name))
    .join(', ');
  return `INSERT INTO ${writtenName(name)} (${columns}) SELECT ${columns} FROM ${writtenName(oldName(name))}`;
}

function oldName(name: TableDescription['name']): TableDescription['name'] {
  return { ...name, table: `${name.table}_old` };
}
