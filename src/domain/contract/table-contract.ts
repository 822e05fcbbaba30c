import type { ColumnDescription } from '../table/description.js';
import { contractFromTable, tableSpec } from './contract-from-table.js';
import { contractProblems } from './contract-problems.js';
import type { ColumnSpec, ContractSpec } from './contract-spec.js';
import { type Contract, contractOf } from './define-contract.js';
import { flattenedIn } from './flattened-nested.js';
import {
  type PlannedColumn,
  type PlannedContract,
  TABLE_CONTRACT,
} from '../table/planned-contract.js';

/** A contract that the reference reader reads, for one table. */
export interface ReadContract {
  readonly contract: Contract;
  /** The Nested columns that the table stores as one column per element. */
  readonly flattened: ReadonlySet<string>;
}

/** The contract `table` for a given table. */
export interface FoundTableContract {
  /** The contract of the columns that events can fill. Null if there are none. */
  readonly planned: PlannedContract | null;
  /** The table's columns that it fills, in the table's order. */
  readonly filled: readonly ColumnDescription[];
  /** Columns of the table that are filled in an unexpected way, each in a sentence. */
  readonly notes: readonly string[];
  /**
   * Why a pipeline must not start with this table, each in a sentence. A running pipeline continues without such columns,
   * because somebody added them later.
   */
  readonly problems: readonly string[];
}

export function tableContractOf(columns: readonly ColumnDescription[]): FoundTableContract {
  const { spec: whole, notes } = contractFromTable(columns);
  const problems = problemsOf(whole);
  const fit = whole.columns.filter((column) => problemsOf(tableSpec([column])).length === 0);
  const spec = tableSpec(fit);
  if (fit.length === 0) return { planned: null, filled: [], notes, problems };
  const flattened = flattenedIn(spec, columns);
  const { hash } = contractOf(spec, { isBuiltIn: true });
  const names = new Set(spec.columns.map(({ name }) => name));
  const isFilled = ({ name, defaultKind }: ColumnDescription) =>
    (defaultKind === '' || defaultKind === 'DEFAULT') &&
    (names.has(name) || flattened.has(name.slice(0, name.indexOf('.'))));
  return {
    planned: {
      name: TABLE_CONTRACT,
      hash,
      columns: spec.columns.map((column) => plannedColumn(column, flattened)),
    },
    filled: columns.filter(isFilled),
    notes,
    problems,
  };
}

/** A declared contract, in the form that plans for this table carry. */
export function plannedContract(
  { spec, hash }: Contract,
  columns: readonly ColumnDescription[],
): PlannedContract {
  const flattened = flattenedIn(spec, columns);
  const own = spec.columns.filter(({ name }) => flattened.has(name));
  return {
    name: spec.name,
    hash,
    ...(own.length > 0 && { columns: own.map((column) => plannedColumn(column, flattened)) }),
  };
}

function problemsOf(spec: ContractSpec): readonly string[] {
  const problems = contractProblems(spec, { hasTransform: false, isBuiltIn: true });
  return problems.map(({ text }) => text);
}

function plannedColumn(
  { name, type, default: value }: ColumnSpec,
  flattened: ReadonlySet<string>,
): PlannedColumn {
  return {
    name,
    type,
    ...(value !== null && { default: true }),
    ...(flattened.has(name) && { flattened: true }),
  };
}

/** The contract of a plan, ready to read records. */
export function plannedTableContract({ columns = [] }: PlannedContract): ReadContract {
  const spec = tableSpec(
    columns.map(({ name, type, default: hasDefault }) => ({
      name,
      type,
      from: { kind: 'event', path: [name] },
      read: null,
      default: hasDefault === true ? { kind: 'table' } : null,
      null: 'reject',
    })),
  );
  const flattened = columns.filter((column) => column.flattened === true);
  return {
    contract: contractOf(spec, { isBuiltIn: true }),
    flattened: new Set(flattened.map(({ name }) => name)),
  };
}
