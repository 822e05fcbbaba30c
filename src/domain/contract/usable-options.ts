import { isObject } from '../is-object.js';
import type { SchemaProblem } from '../schema-problems.js';
import type { ContractOptions } from './contract-options.js';

/** The part of a contract's options that has the right shape, so that it can be checked further. */
export interface UsableOptions {
  readonly options: ContractOptions;
  /** Columns that were left out. `all`: it is unknown which columns there are. */
  readonly leftOut: readonly string[] | 'all';
  readonly hasTransform: boolean;
}

type Written = Readonly<Record<string, unknown>>;

/** Takes the place of a name that is not a text. Its own problem has been found already. */
const ANY_NAME = 'contract';

/**
 * Leaves out what does not have the right shape: columns, and other options of the contract. `problems` are those of the schema.
 * Null if the whole is not an object.
 */
export function usableOptions(
  written: unknown,
  problems: readonly SchemaProblem[],
): UsableOptions | null {
  if (!isObject(written)) return null;
  const wrong = new Set(problems.map(({ at }) => at[0]));
  const { columns } = written;
  const wrongColumns = problems.flatMap(({ at: [first, column] }) =>
    first === 'columns' && column !== undefined ? [String(column)] : [],
  );
  const others = Object.entries(written).filter(([key]) => !wrong.has(key));
  const named = isObject(columns) ? Object.entries(columns) : [];
  const fitting = named.filter(([name]) => !wrongColumns.includes(name));
  return {
    options: {
      ...Object.fromEntries(others),
      name: wrong.has('name') ? ANY_NAME : written['name'],
      columns: Object.fromEntries(fitting),
    } as ContractOptions,
    leftOut: isObject(columns) ? wrongColumns : 'all',
    hasTransform: 'transform' in written,
  };
}

/** The types of columns that were left out because of another option. */
export function typesLeftOut(
  written: unknown,
  leftOut: UsableOptions['leftOut'],
): readonly (readonly [column: string, type: string])[] {
  if (leftOut === 'all' || !isObject(written) || !isObject(written['columns'])) return [];
  const { columns } = written as { readonly columns: Written };
  return [...new Set(leftOut)].flatMap((name) => {
    const column = columns[name];
    const type = isObject(column) ? column['type'] : undefined;
    return typeof type === 'string' ? [[name, type] as const] : [];
  });
}
