import type { Block } from '../blocks/block.js';
import type { LetterKey, LetterWord, OpenLetter } from './open-letters.js';
import {
  DEAD_LETTER_REASONS,
  type DeadLetterCounts,
  type DeadLetterReason,
} from '../dead-letters/dead-letter.js';

/** The outcomes of the dead letters of a window, block by block. */
export interface LetterVerdicts {
  /** `refused`: rows of the block that the table refused, with its error. */
  add(block: Pick<Block, 'spans' | 'deadLetters'>, refused: readonly RefusedRow[]): void;
  /** Dead letters that became rows. */
  readonly redriven: readonly OpenLetter[];
  /** Dead letters that stay open, with their current reason. */
  readonly rejected: readonly LetterWord[];
  /** Those of them whose reason has changed. */
  readonly amended: readonly LetterWord[];
  /** Number of dead letters that the transform leaves out. */
  filtered(): number;
}

export interface RefusedRow extends LetterKey {
  readonly error: string;
}

export function createLetterVerdicts(letters: readonly OpenLetter[]): LetterVerdicts {
  const byKey = new Map(letters.map((letter) => [keyOf(letter), letter]));
  const redriven: OpenLetter[] = [];
  const rejected: LetterWord[] = [];
  const amended: LetterWord[] = [];
  const letterOf = (key: LetterKey): OpenLetter => {
    const letter = byKey.get(keyOf(key));
    if (letter === undefined) throw new Error(`The window has no dead letter ${keyOf(key)}`);
    return letter;
  };
  const reject = (word: LetterWord) => {
    rejected.push(word);
    if (!isSame(word, letterOf(word))) amended.push(word);
  };

  return {
    add({ spans, deadLetters }, refused) {
      const notTaken = new Set(refused.map(keyOf));
      for (const { epoch, partition, first, end } of spans) {
        for (let offset = first; offset < end; offset++) {
          const letter = letterOf({ epoch, partition, offset });
          if (!notTaken.has(keyOf(letter))) redriven.push(letter);
        }
      }
      for (const { error, ...key } of refused) {
        reject({ ...key, stage: 'insert', reason: 'refused_by_table', path: '', error });
      }
      for (const { epoch, partition, offset, stage, reason, path, error } of deadLetters) {
        reject({ epoch, partition, offset, stage, reason, path, error });
      }
    },
    redriven,
    rejected,
    amended,
    filtered: () => letters.length - redriven.length - rejected.length,
  };
}

export function countReasons(
  letters: readonly { readonly reason: DeadLetterReason }[],
): DeadLetterCounts {
  const counts: Partial<Record<DeadLetterReason, number>> = {};
  for (const { reason } of letters) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** Number of dead letters that are closed now and were not before. */
export function newlyClosed(now: DeadLetterCounts, before: DeadLetterCounts): DeadLetterCounts {
  const counts: Partial<Record<DeadLetterReason, number>> = {};
  for (const reason of DEAD_LETTER_REASONS) {
    const count = (now[reason] ?? 0) - (before[reason] ?? 0);
    if (count > 0) counts[reason] = count;
  }
  return counts;
}

function keyOf({ epoch, partition, offset }: LetterKey): string {
  return `${epoch}/${partition}/${offset}`;
}

function isSame(a: LetterWord, b: LetterWord): boolean {
  return a.stage === b.stage && a.reason === b.reason && a.path === b.path && a.error === b.error;
}
