import { LINEAGE_COLUMNS } from '../records/lineage.js';
import type { ColumnDescription } from '../table/description.js';
import { UnsupportedTypeError } from '../types/column-type.js';
import { columnTypeOf } from '../types/create-column-type.js';
import { parseType } from '../types/text/parse-type.js';
import { printName, printType } from '../types/text/print-type.js';
import { innerTypes, type TypeNode } from '../types/text/type-node.js';
import { TypeTextError } from '../types/text/type-tokens.js';
import { canonicalText } from './contract-options.js';
import type { ColumnSpec, ContractSpec } from './contract-spec.js';
import { flattenedGroups } from './flattened-nested.js';
import { TABLE_CONTRACT } from '../table/planned-contract.js';
import { nullableText } from './row-writer.js';

export interface TableContract {
  /** Not checked. `contractOf` reports what can't be used. */
  readonly spec: ContractSpec;
  /** Columns of the table that are filled in an unexpected way, each in a sentence. */
  readonly notes: readonly string[];
}

/**
 * The contract `table`: each column that an insert can fill gets the event's field of the same name. Columns with a DEFAULT
 * may be missing in the event. MATERIALIZED, ALIAS and EPHEMERAL columns are ignored. The columns of a flattened Nested are
 * combined again.
 */
export function contractFromTable(columns: readonly ColumnDescription[]): TableContract {
  const notes: string[] = [];
  const filled = columns.filter(
    ({ name, defaultKind }) =>
      (defaultKind === '' || defaultKind === 'DEFAULT') &&
      !LINEAGE_COLUMNS.some((lineage) => lineage.name === name),
  );
  for (const { name, defaultKind } of columns) {
    if (defaultKind === 'EPHEMERAL') {
      notes.push(
        `column ${name}: it is EPHEMERAL, and contract table leaves it empty. To fill it, declare a contract with a column of that name`,
      );
    }
  }
  const groups = flattenedGroups(filled);
  const specs: ColumnSpec[] = [];
  for (const column of filled) {
    const group = groups.find(({ members }) => members.includes(column));
    if (group === undefined) specs.push(...plainColumn(column, notes));
    else if (group.members[0] === column) specs.push(nestedColumn(group.name, group.members));
  }
  return { spec: tableSpec(specs), notes };
}

/** The contract `table` with these columns. Plans contain its hash, so what is the same for all tables must not change. */
export function tableSpec(columns: readonly ColumnSpec[]): ContractSpec {
  return {
    name: TABLE_CONTRACT,
    format: { kind: 'json' },
    columns,
    table: { orderBy: [], partitionBy: null },
    when: null,
    tombstones: 'reject',
    id: null,
    eventTime: null,
    version: '',
  };
}

function plainColumn(
  { name, type, defaultKind }: ColumnDescription,
  notes: string[],
): readonly ColumnSpec[] {
  const spec = fieldOf(name, canonicalText(type));
  if (defaultKind !== 'DEFAULT') return [spec];
  const { use, note } = defaultUse(spec.type);
  if (note !== '') notes.push(`column ${name}: ${note}`);
  if (use === 'always') return [];
  return [use === 'never' ? spec : { ...spec, default: { kind: 'table' } }];
}

interface DefaultUse {
  readonly use: 'if missing' | 'never' | 'always';
  /** Empty if the column does what one expects. */
  readonly note: string;
}

/** When the table's default is used for the field. */
function defaultUse(text: string): DefaultUse {
  let nullable: string;
  try {
    const type = columnTypeOf(text);
    if (type.isNullable) {
      return { use: 'never', note: 'its DEFAULT is not used: a missing field is stored as NULL' };
    }
    nullable = nullableText(type);
  } catch (error) {
    if (!isTypeProblem(error)) throw error;
    return { use: 'always', note: `it always gets its DEFAULT. ${error.message}` };
  }
  try {
    columnTypeOf(nullable);
    return { use: 'if missing', note: '' };
  } catch (error) {
    if (!isTypeProblem(error)) throw error;
    return {
      use: 'never',
      note: `its DEFAULT is not used, because ClickHouse has no Nullable(${text}): the field is required`,
    };
  }
}

function isTypeProblem(error: unknown): error is Error {
  return error instanceof UnsupportedTypeError || error instanceof TypeTextError;
}

function nestedColumn(name: string, members: readonly ColumnDescription[]): ColumnSpec {
  const elements = members.map((member) => {
    const item: TypeNode | undefined = innerTypes(parseType(member.type))[0];
    return `${printName(member.name.slice(name.length + 1))} ${item === undefined ? '' : printType(item)}`;
  });
  return fieldOf(name, `Nested(${elements.join(', ')})`);
}

function fieldOf(name: string, type: string): ColumnSpec {
  const from = { kind: 'event', path: [name] } as const;
  return { name, type, from, read: null, default: null, null: 'reject' };
}
