import type { AnyEpoch } from '../../../domain/ports/ports.js';
import type {
  LetterChoice,
  LetterKey,
  LetterWindow,
} from '../../../domain/redrive/open-letters.js';
import type { Within } from '../schema/in-log.js';

export interface ChosenLetters extends Within {
  readonly choice: LetterChoice;
}

/** The order of letters within a topic. */
export const LETTER_ORDER = '(_epoch, _partition, _offset)';

/** The condition that picks these letters, and what stands behind its names. */
export function chosen(letters: Pick<ChosenLetters, 'condition' | 'parameters' | 'choice'>): {
  readonly condition: string;
  readonly parameters: Readonly<Record<string, unknown>>;
} {
  const { reasons, stages, ranges, sinceMs, untilMs } = letters.choice;
  const conditions = [
    letters.condition,
    "stage != 'skip'",
    reasons !== null && 'reason IN {reasons:Array(String)}',
    stages !== null && 'stage IN {stages:Array(String)}',
    ranges !== null && `(${ranges.map(isWithin).join(' OR ') || 'false'})`,
    sinceMs !== null && `_timestamp >= fromUnixTimestamp64Milli(toInt64(${sinceMs}))`,
    untilMs !== null && `_timestamp < fromUnixTimestamp64Milli(toInt64(${untilMs}))`,
  ];
  return {
    condition: conditions.filter((each) => each !== false).join(' AND '),
    parameters: {
      ...letters.parameters,
      ...(reasons !== null && { reasons }),
      ...(stages !== null && { stages }),
    },
  };
}

export function inWindow({ after, upTo }: LetterWindow): string {
  const begins = after === null ? '' : `${LETTER_ORDER} > ${tuple(after)} AND `;
  return `${begins}${LETTER_ORDER} <= ${tuple(upTo)}`;
}

export function tuple({ epoch, partition, offset }: LetterKey): string {
  return `(${epoch}, ${partition}, ${offset})`;
}

function isWithin({ partition, first, end }: AnyEpoch): string {
  return `(_partition = ${partition} AND _offset >= ${first} AND _offset < ${end})`;
}
