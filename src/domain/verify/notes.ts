import { PARTITIONS_REPORTED, VERIFY_CHUNK_OFFSETS, VERIFY_SAMPLE_OFFSETS } from '../limits.js';
import { contentNotes } from './content-report.js';
import type { ContentTally } from './content-tally.js';
import type { VerifyPlan } from './plan.js';
import type { Tally } from './tally.js';
import { counted, readableNumber } from '../readable-units.js';

/** Explains the numbers of a report in sentences. */
export function verifyNotes(
  plan: VerifyPlan,
  sum: Tally & { readonly content: ContentTally },
  { isStopped }: { readonly isStopped: boolean },
): readonly string[] {
  const { unjudged = 0 } = sum;
  const more = plan.partitions.length - PARTITIONS_REPORTED;
  return [
    ...plan.doubts,
    isStopped &&
      'This verify was stopped: in each partition, offsets from `next` on were not compared.',
    plan.by === 'counts' && countsNote(plan, sum),
    plan.by === 'offsets' &&
      !plan.keepsRows &&
      sum.lost > 0 &&
      `${counted(sum.lost, 'record has', 'records have')} no row: ${missingRows(plan)}.`,
    plan.by === 'offsets' &&
      sum.lostUncommitted > 0 &&
      `${counted(sum.lostUncommitted, 'of the records without a row is', 'of the records without a row are')} at or after the offsets that group ${plan.groupId} has committed: a running pipeline may still insert ${sum.lostUncommitted === 1 ? 'it' : 'them'}.`,
    unjudged > 0 &&
      `${counted(unjudged, 'record is', 'records are')} in batches that expand to more than this worker can read at once (7/16 of MILLRACE_MEMORY_MIB), so nothing shows whether ${unjudged === 1 ? 'it is' : 'they are'} lost: verify again with more memory.`,
    plan.by === 'offsets' && sum.rows > 0 && sampleNote(plan, sum),
    ...(plan.content === undefined ? [] : contentNotes(plan.content, sum.content)),
    sum.otherEvents > 0 &&
      `${counted(sum.otherEvents, 'of the lost records has', 'of the lost records have')} a row of another event at ${sum.otherEvents === 1 ? 'its' : 'their'} offset: Kafka lost the record that the row was made from (an unclean leader election), or the contract computes another id today than when the row was inserted.`,
    sum.removed > 0 &&
      `Retention removed ${counted(sum.removed, 'offset before it was', 'offsets before they were')} compared.`,
    plan.rowsBeforeLog > 0 &&
      `${counted(plan.rowsBeforeLog, 'row is', 'rows are')} before the start of the log: Kafka no longer holds ${plan.rowsBeforeLog === 1 ? 'its record' : 'their records'}.`,
    ...plan.notes,
    more > 0 &&
      `${counted(more, 'more partition is', 'more partitions are')} included in the totals but not listed.`,
  ].filter((note) => note !== false);
}

function sampleNote(
  { contract, content }: VerifyPlan,
  { identified, rows }: Tally,
): string | false {
  if (identified === 0) {
    if (content !== undefined) return false;
    return contract === undefined
      ? 'Only offsets were compared, no events: the table does not store the column that identifies an event, or none of the sampled records satisfies the current contract.'
      : `Only offsets were compared, no events: contract ${contract.name} has no id of type String, UUID, Int or UInt, the table does not store it, or none of the sampled records satisfies the current contract. "compare":"content" compares every value.`;
  }
  return `The events of ${readableNumber(identified)} of ${counted(rows, 'row', 'rows')} were compared with those of their records: the first row of every ${readableNumber(VERIFY_SAMPLE_OFFSETS)} offsets, the last of every ${readableNumber(VERIFY_CHUNK_OFFSETS)}, and the first after each leader election. If one differs, all of its ${readableNumber(VERIFY_CHUNK_OFFSETS)} offsets were compared.`;
}

function missingRows({ losesRows }: VerifyPlan): string {
  return losesRows === undefined
    ? 'the table merges or deletes rows by itself, so it is unknown whether they were lost'
    : `the table does not keep what it acknowledges (${losesRows})`;
}

/** Without lineage, only the number of rows can be compared with the records. */
function countsNote({ tableRows }: VerifyPlan, sum: Tally): string {
  const expected = sum.records - sum.open - sum.dropped - sum.filtered - sum.skipped;
  const difference = tableRows - expected;
  const what =
    difference === 0
      ? 'as many as there should be, if all of them are of this topic and range'
      : `${readableNumber(Math.abs(difference))} ${difference > 0 ? 'more' : 'fewer'} than there should be, if all of them are of this topic and range`;
  return `The table has no lineage columns, so nothing shows which records its rows come from. It has ${counted(tableRows, 'row', 'rows')} for ${counted(expected, 'record', 'records')}, ${what}.`;
}
