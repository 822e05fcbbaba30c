import { TableUnfit } from '../../../domain/errors.js';
import { findDrift } from '../../../domain/pipeline/drift.js';
import { alter } from '../../../domain/pipeline/guarantee.js';
import type { TableDescription } from '../../../domain/pipeline/table-description.js';
import { writtenName } from '../../../domain/pipeline/table-name.js';
import { DEAD_LETTER_COLUMNS, DEAD_LETTER_KEY } from './dead-letter-columns.js';

/**
 * A table of dead letters must take every letter and keep it: throws where it doesn't, with what mends it. Resolves with
 * what an operator should know.
 */
export function checkDeadLetters(table: TableDescription, create: string): readonly string[] {
  const name = writtenName(table.name);
  const anew = `RENAME TABLE ${name} TO ${writtenName({ ...table.name, table: `${table.name.table}_old` })};\n${create};`;
  if (!/^(Replicated|Shared)?ReplacingMergeTree$/.test(table.engine)) {
    throw new TableUnfit(
      `${name} is a ${table.engine}, and dead letters need a ReplacingMergeTree, so that the newest word on a record counts. Make it anew:\n${anew}`,
    );
  }
  if (table.sortingKey !== DEAD_LETTER_KEY.join(', ')) {
    throw new TableUnfit(
      `${name} is ordered by (${table.sortingKey}): dead letters of different records would replace each other. Make it anew:\n${anew}`,
    );
  }
  const { differences } = findDrift(DEAD_LETTER_COLUMNS, table.columns);
  if (differences.length > 0) {
    const mends = differences.map(({ mend }) => mend).filter((mend) => mend !== null);
    const whole = mends.length === differences.length;
    throw new TableUnfit(
      `${name} can't take dead letters: ${differences.map(({ what }) => what).join('; ')}. ${whole ? `Run: ${alter(table, mends.join(', '))}` : `Make it anew:\n${anew}`}`,
    );
  }
  return table.deletingTtl.length === 0
    ? []
    : [
        `${name} deletes dead letters by TTL (${table.deletingTtl.join(', ')}): once gone, their records count as lost`,
      ];
}
