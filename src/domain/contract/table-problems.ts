import { LINEAGE_COLUMNS } from '../records/lineage.js';
import { nearestName } from '../nearest-name.js';
import type { ColumnType } from '../types/column-type.js';
import { clockOf } from '../types/native/event-clock.js';
import { ValueFault } from '../types/value-fault.js';
import type { ContractProblem } from './contract-problem.js';
import { type ColumnSpec, type ContractSpec, sourceText } from './contract-spec.js';

/** Columns that the contract names outside of `columns`: in the table's key, as id and as time of the event. */
export function tableProblems(
  spec: ContractSpec,
  typed: readonly (ColumnSpec & { readonly columnType: ColumnType })[],
  leftOut: readonly string[] | 'all',
): readonly ContractProblem[] {
  const names = [...spec.columns, ...LINEAGE_COLUMNS].map(({ name }) => name);
  const has = (name: string) => leftOut === 'all' || leftOut.includes(name) || names.includes(name);
  const missing = (at: readonly string[], name: string): ContractProblem => {
    const near = nearestName(name, names);
    const hint = near === null ? 'declare it in columns' : `did you mean ${near}?`;
    return { at, text: `${at.join('.')}: there is no column ${name}: ${hint}` };
  };
  const problems: ContractProblem[] = spec.table.orderBy
    // Other texts are expressions, which ClickHouse checks.
    .filter((key) => /^[A-Za-z_]\w*$/.test(key) && !has(key))
    .map((key) => missing(['table', 'orderBy'], key));
  if (spec.id !== null && !has(spec.id)) problems.push(missing(['id'], spec.id));
  const { eventTime } = spec;
  if (eventTime === null) return problems;
  const at = ['eventTime'];
  const column = typed.find(({ name }) => name === eventTime);
  if (column === undefined) {
    if (!has(eventTime)) problems.push(missing(at, eventTime));
    return problems;
  }
  const isClock = clockOf(column.columnType.createWriter({ fault: new ValueFault() })) !== null;
  const isKnown = column.from.kind !== 'server' && column.from.kind !== 'transform';
  const isSent = column.default === null || column.default.kind === 'value';
  if (!isClock || !isKnown || !isSent) {
    const text = `eventTime: column ${eventTime} (${column.type}, from ${sourceText(column.from)}) must be a Date, DateTime or DateTime64 that every record fills`;
    problems.push({ at, text });
  }
  return problems;
}
