import { Buffer } from 'node:buffer';
import { LINEAGE_COLUMNS } from '../records/lineage.js';
import { quotedName } from '../shown-name.js';
import { type ColumnType, UnsupportedTypeError } from '../types/column-type.js';
import { columnTypeOf } from '../types/create-column-type.js';
import { TypeTextError } from '../types/text/type-tokens.js';
import { FAULT, ValueFault } from '../types/value-fault.js';
import { columnProblem, type ContractProblem } from './contract-problem.js';
import type { ColumnSpec, ContractSpec } from './contract-spec.js';
import { pathProblems } from './path-problems.js';
import { isText, nullableText } from './row-writer.js';
import { tableProblems } from './table-problems.js';

/** Names of Millrace's own contracts. */
const RESERVED = ['table', 'stream_events'];

/** Sources that have a value for each record. */
const NEVER_MISSING: ReadonlySet<string> = new Set(['transform', 'value', 'headers', 'rest']);

type TypedColumn = ColumnSpec & { readonly columnType: ColumnType };

export interface ContractChecks {
  readonly hasTransform: boolean;
  /** It may have a name of Millrace's own. */
  readonly isBuiltIn?: boolean;
  /** Columns that the user declared and that the spec lacks, because their shape is wrong. `all`: nobody knows which. */
  readonly leftOut?: readonly string[] | 'all';
}

/**
 * Everything in a contract that contradicts itself, each in a sentence that names the column. Empty if the contract can be
 * used.
 */
export function contractProblems(
  spec: ContractSpec,
  { hasTransform, isBuiltIn = false, leftOut = [] }: ContractChecks,
): readonly ContractProblem[] {
  const typed: TypedColumn[] = [];
  const problems = [...nameProblems(spec, isBuiltIn), ...missingColumns(spec, leftOut)];
  for (const column of spec.columns) {
    const columnType = typeOrProblem(column.type);
    if (typeof columnType === 'string') problems.push(columnProblem(column.name, columnType));
    else typed.push({ ...column, columnType });
  }
  for (const column of typed) {
    problems.push(...columnProblems(column).map((what) => columnProblem(column.name, what)));
  }
  return [
    ...problems,
    ...pathProblems(typed, spec.when),
    ...sourceProblems(spec, hasTransform),
    ...tableProblems(spec, typed, leftOut),
  ];
}

function nameProblems(
  { name, columns }: ContractSpec,
  isBuiltIn: boolean,
): readonly ContractProblem[] {
  const problems: ContractProblem[] = [];
  if (!/^[A-Za-z_][\w.-]{0,99}$/.test(name)) {
    problems.push({
      at: ['name'],
      text: `the name ${quotedName(name)} must begin with a letter and have at most 100 letters, digits, dashes and dots`,
    });
  }
  if (RESERVED.includes(name) && !isBuiltIn) {
    problems.push({
      at: ['name'],
      text: `the name ${name} is reserved by Millrace: choose another name`,
    });
  }
  for (const [index, column] of columns.entries()) {
    const at = ['columns', column.name];
    if (column.name === '')
      problems.push({ at, text: `column number ${index + 1} has no name: give it one` });
    if (columns.findIndex((other) => other.name === column.name) < index) {
      problems.push({ at, text: `column ${column.name} is declared twice: remove one of them` });
    }
    if (LINEAGE_COLUMNS.some((lineage) => lineage.name === column.name)) {
      const text = `column ${column.name} is one that Millrace fills itself: choose another name`;
      problems.push({ at, text });
    }
  }
  return problems;
}

function missingColumns(
  { columns }: ContractSpec,
  leftOut: readonly string[] | 'all',
): readonly ContractProblem[] {
  if (columns.length > 0 || leftOut.length > 0) return [];
  return [{ at: ['columns'], text: 'it has no columns: declare at least one' }];
}

/** Why a text is no type of a column. Null if it is one. */
export function typeProblem(text: string): string | null {
  const found = typeOrProblem(text);
  return typeof found === 'string' ? found : null;
}

function typeOrProblem(text: string): ColumnType | string {
  try {
    return columnTypeOf(text);
  } catch (error) {
    if (error instanceof TypeTextError || error instanceof UnsupportedTypeError) {
      return error.message;
    }
    throw error;
  }
}

function columnProblems({ columnType, ...column }: TypedColumn): readonly string[] {
  const problems: string[] = [];
  const { read, from } = column;
  const { text, reads } = columnType;
  if (read !== null && !reads.includes(read)) {
    const others = reads.length === 0 ? 'it has no other spellings' : `it has ${reads.join(', ')}`;
    problems.push(`${text} can't be read as ${read}: ${others}`);
  }
  const isPlainText = from.kind === 'key' || from.kind === 'header';
  if (read !== null && from.kind !== 'event' && !isPlainText) {
    problems.push(`read has no meaning with from: '${from.kind}'`);
  }
  if ((read === 'json' || read === 'json-object') && isPlainText) {
    problems.push(
      `read: '${read}' has no meaning with from: '${from.kind}', whose text is not JSON`,
    );
  }
  return [
    ...problems,
    ...defaultProblems(column, columnType),
    ...sourceTypeProblems(column, columnType),
  ];
}

function defaultProblems(column: ColumnSpec, type: ColumnType): readonly string[] {
  const { from } = column;
  if (from.kind === 'server') {
    return column.default?.kind === 'sql'
      ? []
      : [`the server fills it, but default is not an expression: give default: { sql: 'now()' }`];
  }
  if (column.default === null) {
    return column.null === 'default' ? [`null: 'default' needs a default`] : [];
  }
  if (NEVER_MISSING.has(from.kind)) {
    return [`default has no meaning with from: '${from.kind}'`];
  }
  if (column.default.kind === 'value') return constantProblems(column.default.value, type);
  if (type.isNullable) {
    return [
      `${type.text} accepts NULL, so ClickHouse would never evaluate the expression of the default: remove Nullable or the default`,
    ];
  }
  return typeof typeOrProblem(nullableText(type)) === 'string'
    ? [
        `ClickHouse can't evaluate a default for single rows of ${type.text}, because the type can't be Nullable: give a constant`,
      ]
    : [];
}

function constantProblems(value: unknown, type: ColumnType): readonly string[] {
  const fault = new ValueFault();
  if (type.createWriter({ fault }).appendValue(value) !== FAULT) return [];
  return [`the default does not fit ${type.text}: default${fault.path} ${fault.rule}`];
}

function sourceTypeProblems({ from, read }: ColumnSpec, type: ColumnType): readonly string[] {
  const fault = new ValueFault();
  const takes = (text: string, variant: 'epoch-ms' | 'json' | null) => {
    const writer = type.createWriter({ fault, read: variant ?? read ?? undefined });
    const bytes = Buffer.from(text);
    return writer.appendText(bytes, 0, bytes.length) !== FAULT;
  };
  switch (from.kind) {
    case 'timestamp': {
      const isTime = takes('1700000000123', type.reads.includes('epoch-ms') ? 'epoch-ms' : null);
      return isTime && !isText(type)
        ? []
        : [
            `${type.text} can't hold a record's timestamp: use DateTime64(3), or Int64 for milliseconds`,
          ];
    }
    case 'headers': {
      const headers = new Map([['key', Buffer.from('value')]]);
      return type.createWriter({ fault }).appendValue(headers) === FAULT
        ? [`${type.text} can't hold headers: use Map(LowCardinality(String), String)`]
        : [];
    }
    case 'rest': {
      const writer = type.createWriter({ fault, read: isText(type) ? 'json' : undefined });
      return writer.appendJson(Buffer.from('{}'), 0) === FAULT
        ? [`${type.text} can't hold the other fields: use JSON, String or Map(String, ...)`]
        : [];
    }
    case 'value':
      return isText(type) ? [] : [`${type.text} can't hold a record's value: use String`];
    case 'event':
    case 'key':
    case 'header':
    case 'transform':
    case 'server':
      return [];
  }
}

function sourceProblems(spec: ContractSpec, hasTransform: boolean): readonly ContractProblem[] {
  const problems: ContractProblem[] = [];
  const from = (kind: string) => spec.columns.filter((column) => column.from.kind === kind);
  const [derived] = from('transform');
  if (derived !== undefined && !hasTransform) {
    problems.push(
      columnProblem(
        derived.name,
        'it comes from the transform, but the contract has none: add a transform, or drop from',
      ),
    );
  }
  const [, second] = from('rest');
  if (second !== undefined) {
    problems.push(columnProblem(second.name, 'only one column can have the rest: drop the others'));
  }
  if (spec.when?.in.length === 0) {
    const text = 'when: it has no values, so it matches nothing: add values, or drop when';
    problems.push({ at: ['when', 'in'], text });
  }
  return problems;
}
