import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../../../domain/contract/planned-contract.js';
import { tableContractOf } from '../../../domain/contract/table-contract.js';
import type { TableDescription } from '../../../domain/table/description.js';
import { writtenName } from '../../../domain/table/table-name.js';
import type { TableWishes } from '../../../domain/table/target.js';
import { type DescribedTarget, describeTarget, readOnlyReason } from './describe-target.js';
import type { EventLayout } from './event-columns.js';

/** What a pipeline of the wished contract needs to know of its table. `layout` is that of `stream_events`. */
export function describeForContract(
  table: TableDescription,
  layout: EventLayout,
  wishes: TableWishes,
): DescribedTarget {
  const { contract = DEFAULT_CONTRACT } = wishes;
  switch (contract) {
    case DEFAULT_CONTRACT:
      return describeTarget(table, layout, wishes);
    case TABLE_CONTRACT:
      return describeByItself(table, wishes);
    default:
      throw new Error(`This worker has no contract ${contract}: nobody can say what it stores`);
  }
}

/** The table's own columns are the contract, so that none of them can be missing or of another type. */
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
  return `contract ${TABLE_CONTRACT} can't fill ${name}: ${problems.join('; ')}. Change the column, or give it a DEFAULT: then it is left alone`;
}
