import { DIFFERENCES_REPORTED, VERIFY_CHUNK_OFFSETS } from '../limits.js';
import type { ContentReport, DifferenceList } from './public-types.js';
import type { ContentPlan, UncomparedColumn } from './content-plan.js';
import { type ContentTally, sumContent, type ValueList } from './content-tally.js';
import type { VerifyState } from './state.js';
import { counted, readableNumber } from '../readable-units.js';

/** Undefined if values are not compared. */
export function contentReport({ plan, found }: VerifyState): ContentReport | undefined {
  const { content, partitions } = plan;
  if (content === undefined) return undefined;
  const { rows, uncomparedRows, differingRows, ...lists } = contentSum(found);
  const listOf = (valuesOf: (tally: ContentTally) => ValueList, total: number): DifferenceList => {
    const values = found.flatMap(({ tally }, place) =>
      (tally.content === undefined ? [] : valuesOf(tally.content).first).map(
        ([offset, column]) => ({
          partition: partitions[place]?.partition ?? 0,
          offset: String(offset),
          column,
        }),
      ),
    );
    return { total, first: values.slice(0, DIFFERENCES_REPORTED) };
  };
  return {
    columns: content.columns.map(({ name }) => name),
    uncompared: content.uncompared,
    sample: content.sample ?? null,
    ...{ rows, uncomparedRows, differingRows },
    differences: listOf(({ differences }) => differences, lists.differences.total),
    predating: listOf(({ predating }) => predating, lists.predating.total),
  };
}

export function contentSum(found: VerifyState['found']): ContentTally {
  return sumContent(found.map(({ tally }) => tally.content));
}

/** Explains the numbers in sentences. */
export function contentNotes(
  { columns, uncompared, sample }: ContentPlan,
  sum: ContentTally,
): readonly string[] {
  const { rows, uncomparedRows, differingRows, differences, predating } = sum;
  return [
    `The values of ${counted(rows, 'row', 'rows')} were compared, in ${counted(columns.length, 'column', 'columns')}: ${sample === undefined ? 'all rows' : `${readableNumber(sample)} of every ${readableNumber(VERIFY_CHUNK_OFFSETS)} offsets`}.`,
    uncompared.length > 0 && `Not compared: ${listed(uncompared)}.`,
    differences.total > 0 &&
      `${counted(differingRows, 'row has', 'rows have')} values that differ from what the contract makes of ${differingRows === 1 ? 'its record' : 'their records'} today, ${counted(differences.total, 'value', 'values')} in total: somebody changed the rows, or the contract, the transform or the type of a column was different when they were inserted.`,
    predating.total > 0 &&
      `${readableNumber(predating.total)} values differ but are the default of their column, or have fewer digits than it stores, as in all earlier rows of the partition. The column may have been added, or its type changed, after these rows were inserted, so these values are not counted as wrong.`,
    uncomparedRows > 0 &&
      `${counted(uncomparedRows, 'row', 'rows')} could not be compared: the current contract makes no rows of their records, or the rows were removed meanwhile.`,
  ].filter((note) => note !== false);
}

/** Columns that a sentence lists. The report has all of them. */
const COLUMNS_SHOWN = 20;

function listed(columns: readonly UncomparedColumn[]): string {
  const shown = columns.slice(0, COLUMNS_SHOWN).map(({ column, why }) => `${column} (${why})`);
  const more = columns.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${counted(more, 'more column', 'more columns')}` : ''}`;
}
