import { DEFAULT_CONTRACT } from '../../../domain/table/planned-contract.js';
import type { AnyEpoch } from '../../../domain/records/offset-range.js';
import type {
  LetterChoice,
  LetterCounts,
  LetterKey,
  LetterWindow,
} from '../../../domain/redrive/open-letters.js';
import type { Within } from '../schema/in-log.js';

export interface ChosenLetters extends Within {
  readonly choice: LetterChoice;
  /** The contract that rejected the dead letters. */
  readonly contract: string;
  readonly contractColumn: LetterCounts['contractColumn'];
}

type Choice = Omit<ChosenLetters, 'table' | 'topicId' | 'settings'>;

/** A SQL condition that selects dead letters, and the values of its parameters. */
interface Condition {
  readonly condition: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The order of dead letters within a topic. */
export const LETTER_ORDER = '(_epoch, _partition, _offset)';

/** SQL; the contract that a dead letter names, empty if it names none. */
export function namedContract({ contractColumn }: Pick<ChosenLetters, 'contractColumn'>): string {
  return contractColumn === 'stored' ? "ifNull(toString(contract), '')" : "''";
}

/** The dead letters of the choice that are of the contract. */
export function chosen(letters: Choice): Condition {
  return ofContract(letters, '=');
}

/** The dead letters of the choice that are of any other contract. */
export function chosenOfOthers(letters: Choice): Condition {
  return ofContract(letters, '!=');
}

function ofContract(letters: Choice, operator: '=' | '!='): Condition {
  const { condition, parameters } = ofAnyContract(letters);
  const named = namedContract(letters);
  const contract = `if(${named} = '', '${DEFAULT_CONTRACT}', ${named})`;
  return {
    condition: `${condition} AND ${contract} ${operator} {contract:String}`,
    parameters: { ...parameters, contract: letters.contract },
  };
}

function ofAnyContract(letters: Choice): Condition {
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
