import { LINEAGE_COLUMNS } from '../records/lineage.js';
import type { ColumnDescription } from '../table/description.js';
import { UnsupportedTypeError } from '../types/column-type.js';
import { columnTypeOf } from '../types/create-column-type.js';
import { parseType } from '../types/text/parse-type.js';
import { printName, printType } from '../types/text/print-type.js';
import { innerTypes } from '../types/text/type-node.js';
import type { ColumnSpec, ContractSpec } from './contract-spec.js';
import { nullableText } from './row-writer.js';

export interface TableContract {
  readonly spec: ContractSpec;
  /** What of the table is filled otherwise than one might think, each in a sentence. */
  readonly notes: readonly string[];
}

/**
 * The contract `table`: each column that an insert can fill is the event's field of the same name. Columns with a DEFAULT
 * may be missing; MATERIALIZED, ALIAS and EPHEMERAL ones are left alone; the columns of a flattened Nested are one again.
 */
export function contractFromTable(columns: readonly ColumnDescription[]): TableContract {
  const notes: string[] = [];
  const filled = columns.filter(
    ({ name, defaultKind }) =>
      (defaultKind === '' || defaultKind === 'DEFAULT') &&
      !LINEAGE_COLUMNS.some((lineage) => lineage.name === name),
  );
  const groups = nestedGroups(filled);
  const specs: ColumnSpec[] = [];
  for (const column of filled) {
    const group = groupOf(column.name, groups);
    if (group === null) specs.push(...plainColumn(column, notes));
    else if (!specs.some(({ name }) => name === group)) {
      specs.push(nestedColumn(group, groups.get(group) ?? []));
    }
  }
  return {
    spec: {
      name: 'table',
      format: { kind: 'json' },
      columns: specs,
      table: { orderBy: [], partitionBy: null },
      when: null,
      tombstones: 'reject',
      id: null,
      eventTime: null,
      version: '',
    },
    notes,
  };
}

function plainColumn(
  { name, type, defaultKind }: ColumnDescription,
  notes: string[],
): readonly ColumnSpec[] {
  const hasDefault = defaultKind === 'DEFAULT';
  const spec: ColumnSpec = {
    name,
    type: printType(parseType(type)),
    from: { kind: 'event', path: [name] },
    read: null,
    default: null,
    null: 'reject',
  };
  if (!hasDefault) return [spec];
  const problem = defaultProblem(spec.type);
  if (problem === null) return [{ ...spec, default: { kind: 'table' } }];
  notes.push(`column ${name}: ${problem}`);
  return [spec];
}

/** Why the table's default can't stand for a missing field; null where it can. */
function defaultProblem(text: string): string | null {
  try {
    const type = columnTypeOf(text);
    if (type.isNullable) return 'its DEFAULT is not used: a missing field is stored as NULL';
    columnTypeOf(nullableText(type));
    return null;
  } catch (error) {
    if (!(error instanceof UnsupportedTypeError)) throw error;
    return `its DEFAULT is not used, because ClickHouse has no Nullable(${text}): the field is required`;
  }
}

/** `a.b Array(...)` columns, by what stands before the dot, where all of them are Arrays. */
function nestedGroups(
  columns: readonly ColumnDescription[],
): ReadonlyMap<string, readonly ColumnDescription[]> {
  const groups = new Map<string, ColumnDescription[]>();
  for (const column of columns) {
    const dot = column.name.indexOf('.');
    if (dot > 0) groups.set(column.name.slice(0, dot), []);
  }
  for (const column of columns) groups.get(column.name.split('.')[0] ?? '')?.push(column);
  return new Map(
    [...groups].filter(([name, members]) =>
      members.every((member) => member.name !== name && parseType(member.type).name === 'Array'),
    ),
  );
}

function groupOf(name: string, groups: ReadonlyMap<string, unknown>): string | null {
  const dot = name.indexOf('.');
  const group = dot < 0 ? '' : name.slice(0, dot);
  return groups.has(group) ? group : null;
}

function nestedColumn(name: string, members: readonly ColumnDescription[]): ColumnSpec {
  const elements = members.map((member) => {
    const [item] = innerTypes(parseType(member.type));
    return `${printName(member.name.slice(name.length + 1))} ${item === undefined ? '' : printType(item)}`;
  });
  return {
    name,
    type: `Nested(${elements.join(', ')})`,
    from: { kind: 'event', path: [name] },
    read: null,
    default: null,
    null: 'reject',
  };
}
