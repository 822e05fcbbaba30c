import { READ_VARIANTS } from '../types/value-rule.js';

const SOURCES = ['event', 'key', 'value', 'timestamp', 'headers', 'rest', 'transform', 'server'];
const CONTRACT_OPTIONS = [
  ...['name', 'format', 'columns', 'table', 'when', 'tombstones', 'id', 'eventTime', 'version'],
  ...['transform', 'validate'],
];
const COLUMN_OPTIONS = ['type', 'from', 'path', 'read', 'default', 'null'];
const TABLE_OPTIONS = ['orderBy', 'partitionBy'];

/**
 * What of a contract is not written as the types of `ContractOptions` want it, each in a sentence: JavaScript has no
 * compiler that says so, and what is misspelt would be left out in silence.
 */
export function optionProblems(options: unknown): readonly string[] {
  if (!isRecord(options)) return ['it is no object'];
  const { name, columns, table, when, format, tombstones, transform, validate } = options;
  const problems = [...unknownOptions('', options, CONTRACT_OPTIONS)];
  if (typeof name !== 'string') problems.push('name must be a string');
  if (!isRecord(columns)) problems.push('columns must be an object');
  else {
    for (const [column, written] of Object.entries(columns)) {
      problems.push(...columnProblems(written).map((what) => `column ${column}: ${what}`));
    }
  }
  if (table !== undefined) problems.push(...tableProblems(table));
  if (when !== undefined) problems.push(...whenProblems(when));
  if (format !== undefined && !(isRecord(format) && format['kind'] === 'json')) {
    problems.push("format must be { kind: 'json' }");
  }
  if (tombstones !== undefined && tombstones !== 'reject' && tombstones !== 'skip') {
    problems.push("tombstones must be 'reject' or 'skip'");
  }
  for (const key of ['id', 'eventTime', 'version']) {
    const value = options[key];
    if (value !== undefined && typeof value !== 'string') problems.push(`${key} must be a string`);
  }
  if (transform !== undefined && typeof transform !== 'function') {
    problems.push('transform must be a function');
  }
  const standard = isRecord(validate) ? validate['~standard'] : undefined;
  if (
    validate !== undefined &&
    !(isRecord(standard) && typeof standard['validate'] === 'function')
  ) {
    problems.push('validate must be a schema of the Standard Schema: zod, valibot, arktype');
  }
  return problems;
}

function columnProblems(written: unknown): readonly string[] {
  if (typeof written === 'string') return [];
  if (!isRecord(written)) return ['it must be a type, or an object with a type'];
  const { type, from = 'event', path, read, null: nulls } = written;
  const problems = [...unknownOptions('', written, COLUMN_OPTIONS)];
  if (typeof type !== 'string') problems.push('type must be a string');
  const isHeader = isRecord(from) && typeof from['header'] === 'string';
  if (!isHeader && !SOURCES.includes(from as string)) {
    problems.push(`from must be ${oneOf(SOURCES)} or { header: 'name' }`);
  }
  if (path !== undefined && from !== 'event') {
    problems.push('path has a meaning only for fields of the event: drop it, or from');
  }
  if (path !== undefined && !isPath(path))
    problems.push('path must be a string or an array of them');
  if (read !== undefined && !READ_VARIANTS.includes(read as never)) {
    problems.push(`read must be ${oneOf(READ_VARIANTS)}`);
  }
  if (nulls !== undefined && nulls !== 'reject' && nulls !== 'default') {
    problems.push("null must be 'reject' or 'default'");
  }
  return problems;
}

function tableProblems(table: unknown): readonly string[] {
  if (!isRecord(table)) return ['table must be an object'];
  const { orderBy, partitionBy } = table;
  const problems = [...unknownOptions('table.', table, TABLE_OPTIONS)];
  if (orderBy !== undefined && !isTexts(orderBy)) {
    problems.push('table.orderBy must be an array of columns or expressions');
  }
  if (partitionBy !== undefined && typeof partitionBy !== 'string') {
    problems.push('table.partitionBy must be an expression');
  }
  return problems;
}

function whenProblems(when: unknown): readonly string[] {
  if (!isRecord(when)) return ['when must be an object'];
  const { path, in: values } = when;
  const problems = [...unknownOptions('when.', when, ['path', 'in'])];
  if (!isPath(path)) problems.push('when.path must be a string or an array of them');
  const isList =
    Array.isArray(values) &&
    values.every((value) => ['string', 'number', 'boolean'].includes(typeof value));
  if (!isList) problems.push('when.in must be an array of strings, numbers or booleans');
  return problems;
}

function unknownOptions(
  place: string,
  written: Readonly<Record<string, unknown>>,
  known: readonly string[],
): readonly string[] {
  return Object.keys(written)
    .filter((key) => !known.includes(key))
    .map((key) => `there is no option ${place}${key}: it has ${known.join(', ')}`);
}

function oneOf(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}

function isPath(path: unknown): boolean {
  return typeof path === 'string' || isTexts(path);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
