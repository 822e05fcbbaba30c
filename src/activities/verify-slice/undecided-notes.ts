import type { OpenProducer } from '../../domain/ports/record-source.js';
import type { VerifyRange } from '../resolve-verify/verify-ranges.js';

const NOTES_SHOWN = 20;

/** One sentence for each partition with an open transaction: what could not be judged, why, and whether it was asked for. */
export function undecidedNotes(
  open: readonly VerifyRange[],
  producers: ReadonlyMap<number, OpenProducer>,
): readonly string[] {
  const notes = open.slice(0, NOTES_SHOWN).map((range) => {
    const { partition, logEnd, highWatermark, undecided } = range;
    const of = producers.get(partition);
    const by = of?.firstOffset === logEnd ? ` by producer ${of.producerId}` : '';
    const asked =
      undecided === 0
        ? 'They lie behind the end of the comparison'
        : `${count(undecided)} of them were to be compared, and nobody can judge them`;
    return `Partition ${partition}: a transaction${by} is open from offset ${logEnd} on, so that the ${count(highWatermark - logEnd)} records from there to the end of the log at ${highWatermark} can't be read until it ends. ${asked}.`;
  });
  const more = open.length - notes.length;
  return [
    ...notes,
    ...(more > 0 ? [`${count(more)} more partitions have open transactions.`] : []),
  ];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
