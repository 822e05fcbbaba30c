import { DEFAULT_CONTRACT } from '../table/planned-contract.js';
import { deadLettersOf, type TableName, writtenName } from '../table/table-name.js';
import type { LetterCounts, OtherLetters } from './open-letters.js';
import { readableNumber } from '../readable-units.js';

/** Number of dead letters that a redrive does not process, by contract. */
export function byContract(others: readonly OtherLetters[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { contract, letters } of others) {
    const name = contract === '' ? DEFAULT_CONTRACT : contract;
    counts[name] = (counts[name] ?? 0) + letters;
  }
  return counts;
}

/** Notes about dead letters that a redrive does not process, with the input that processes them. `table` is the table of events. */
export function otherContractNotes(
  { others, contractColumn }: Pick<LetterCounts, 'others' | 'contractColumn'>,
  of: { readonly table: TableName; readonly contract: string },
): readonly string[] {
  return others.map(({ contract, letters }) => {
    const isOne = letters === 1;
    const count = `${readableNumber(letters)} open dead ${isOne ? 'letter' : 'letters'}`;
    if (contract !== '') {
      return `${count} of contract ${contract} ${isOne ? 'is' : 'are'} not processed: give "contract":"${contract}" to process ${isOne ? 'it' : 'them'}.`;
    }
    const what = isOne
      ? `names no contract, counts as one of ${DEFAULT_CONTRACT} and is not processed`
      : `name no contract, count as those of ${DEFAULT_CONTRACT} and are not processed`;
    return `${count} ${what}${namingFix(contractColumn, { ...of, isOne })}`;
  });
}

function namingFix(
  column: LetterCounts['contractColumn'],
  of: { readonly table: TableName; readonly contract: string; readonly isOne: boolean },
): string {
  const name = writtenName(deadLettersOf(of.table));
  if (column === 'unfit') {
    return `: column contract of ${name} has a type that Millrace can't fill. The status of a pipeline that writes into ${writtenName(of.table)} shows the statement that fixes it.`;
  }
  const fix =
    column === 'missing'
      ? `ADD COLUMN contract LowCardinality(String) DEFAULT '${of.contract}'`
      : `UPDATE contract = '${of.contract}' WHERE contract = '' AND stage != 'skip'`;
  return `. If contract ${of.contract} rejected ${of.isOne ? 'it' : 'them'}, run: ALTER TABLE ${name} ${fix}`;
}
