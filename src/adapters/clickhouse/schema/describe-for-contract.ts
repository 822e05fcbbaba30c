import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../../../domain/table/planned-contract.js';
import type { Contract } from '../../../domain/contract/define-contract.js';
import { ContractMissing } from '../../../domain/formats/contract-registry.js';
import { plannedContract, tableContractOf } from '../../../domain/contract/table-contract.js';
import type { TableDescription } from '../../../domain/table/description.js';
import { writtenName } from '../../../domain/table/table-name.js';
import type { TableWishes } from '../../../domain/table/target.js';
import { type DescribedTarget, describeTarget, readOnlyReason } from './describe-target.js';
import { type EventLayout, layoutOf } from './event-layout.js';

/** The contracts that the worker knows. */
export interface KnownContracts {
  /** The layout of contract `stream_events`. */
  readonly layout: EventLayout;
  /** The contracts that the user declared. */
  readonly contracts?: readonly Contract[] | undefined;
}

/** Describes a table for a pipeline with the wanted contract. */
export function describeForContract(
  table: TableDescription,
  known: KnownContracts,
  wishes: TableWishes,
): DescribedTarget {
  const { contract = DEFAULT_CONTRACT } = wishes;
  switch (contract) {
    case DEFAULT_CONTRACT:
      return describeTarget(table, known.layout, wishes);
    case TABLE_CONTRACT:
      return describeByItself(table, wishes);
    default:
      return describeDeclared(table, declared(contract, known), wishes);
  }
}

/** The columns that a pipeline with the wanted contract expects in an existing table. */
export function layoutForTable(
  table: TableDescription,
  known: KnownContracts,
  { contract = DEFAULT_CONTRACT }: TableWishes,
): EventLayout {
  if (contract === DEFAULT_CONTRACT) return known.layout;
  if (contract !== TABLE_CONTRACT) return layoutOf(declared(contract, known).spec, table.columns);
  return { columns: [], timeColumn: '', idColumn: '' };
}

export function declared(name: string, { contracts = [] }: KnownContracts): Contract {
  const found = contracts.find(({ spec }) => spec.name === name);
  if (found !== undefined) return found;
  throw new ContractMissing(
    `This worker has no contract ${name}, so it can't describe its table: all workers of a task queue need the same config. Start a worker that has it`,
  );
}

function describeDeclared(
  table: TableDescription,
  contract: Contract,
  wishes: TableWishes,
): DescribedTarget {
  const described = describeTarget(table, layoutOf(contract.spec, table.columns), wishes);
  const { target } = described;
  return {
    ...described,
    target: {
      ...target,
      contract: plannedContract(contract, table.columns),
      ...(table.partitionKey === '' && { tablePartition: 'none' }),
    },
  };
}

/** The table's own columns are the contract, so none of them can be missing or have another type. */
function describeByItself(table: TableDescription, wishes: TableWishes): DescribedTarget {
  const name = writtenName(table.name);
  const { planned, filled, notes, problems } = tableContractOf(table.columns);
  const columns = filled.map((column) => ({ name: column.name, type: column.type }));
  const described = describeTarget(table, { columns, timeColumn: '', idColumn: '' }, wishes);
  const unfit = unfitReason(name, problems);
  return {
    ...described,
    target: {
      ...described.target,
      ...(planned !== null && { contract: planned }),
      columns: planned === null ? [] : described.target.columns,
      tablePartition: table.partitionKey === '' ? 'none' : 'unknown',
    },
    unfit: readOnlyReason(table) ?? unfit ?? described.unfit,
    warnings: [...described.warnings, ...[...problems, ...notes].map((each) => `${name}: ${each}`)],
  };
}

function unfitReason(name: string, problems: readonly string[]): string | null {
  if (problems.length === 0) return null;
  return `contract ${TABLE_CONTRACT} can't fill ${name}: ${problems.join('; ')}. Change the column, or give it a DEFAULT, so that the pipeline does not have to fill it`;
}
