import { DEFAULT_CONTRACT } from '../domain/table/planned-contract.js';
import type { RedriveInput } from '../domain/redrive/public-types.js';
import type { ContractRegistry } from '../domain/formats/contract-registry.js';
import type { SettingsDefaults } from '../domain/pipeline/settings.js';
import { deadLettersOf, type TableName, writtenName } from '../domain/table/table-name.js';
import type { Target } from '../domain/table/target.js';
import type { TableContents } from '../domain/ports/table-contents.js';
import type { OpenLetters } from '../domain/redrive/open-letters.js';
import { choiceOf } from '../domain/redrive/input.js';
import { byContract, otherContractNotes } from '../domain/redrive/other-contracts.js';
import type { RedrivePlan } from '../domain/redrive/plan.js';
import { decision } from './attempt/failures.js';
import { namedTable, namedTopic, resolving } from './attempt/resolving.js';
import { counted } from '../domain/readable-units.js';

export interface ResolveRedriveDependencies {
  readonly contents: TableContents;
  readonly openLetters: OpenLetters;
  readonly contracts: Pick<ContractRegistry, 'assertHas'>;
  readonly defaults: SettingsDefaults;
}

/** Completes the input from the worker's environment, and counts the dead letters that it chooses. */
export function resolveRedrive(
  input: RedriveInput,
  dependencies: ResolveRedriveDependencies,
): Promise<RedrivePlan> {
  return resolving(() => resolve(input, dependencies));
}

async function resolve(
  input: RedriveInput,
  { contents, openLetters, contracts, defaults }: ResolveRedriveDependencies,
): Promise<RedrivePlan> {
  const table = namedTable(input.table ?? defaults.table, defaults.database);
  const { contract } = input;
  contracts.assertHas(contract);
  const found = await contents.describe(table, contract);
  if (found === null) {
    throw decision(
      `${writtenName(table)} does not exist or can't be seen by this user: there is nothing to insert into`,
    );
  }
  if (!found.hasDeadLetters) {
    throw decision(
      `${writtenName(deadLettersOf(table))} does not exist or can't be seen by this user: there are no dead letters`,
    );
  }
  if (found.unfit !== null) throw decision(found.unfit);
  const topic = namedTopic(input.topic ?? defaults.topic);
  const choice = choiceOf(input);
  const action = input.action ?? 'redrive';
  const counts = await openLetters.count({ table, topic, contract, choice });
  const { open, skips, others } = counts;
  const notes = [
    ...(action === 'redrive' ? targetNotes(found.target, table) : []),
    ...otherContractNotes(counts, { table, contract: contract ?? DEFAULT_CONTRACT }),
    ...(skips > 0 ? [skipsNote(skips)] : []),
  ];
  const { columns } = found.target;
  const dryRun = input.dryRun ?? true;
  return {
    ...(contract && { contract }),
    topic,
    table,
    action,
    dryRun,
    choice,
    open,
    otherContracts: byContract(others),
    notes,
    columns,
  };
}

function targetNotes({ findable, notStored = [] }: Target, table: TableName): readonly string[] {
  const name = writtenName(table);
  return [
    ...(findable
      ? []
      : [
          `The rows of ${name} can't be reconciled: if an insert is repeated after a failure, only its deduplication token prevents duplicates.`,
        ]),
    ...notStored.map(({ column, why, fix }) => `${name} does not store ${column} (${why}): ${fix}`),
  ];
}

function skipsNote(skips: number): string {
  const what = counted(skips, 'range was', 'ranges were');
  return `${what} skipped by a decision. Dead letters of skipped ranges contain no records: to insert them, start a pipeline over those offsets with "from", "until" and another "groupId".`;
}
