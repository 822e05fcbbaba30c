import { Buffer } from 'node:buffer';
import type { Contract } from '../domain/contract/define-contract.js';
import type { ColumnSpec, ContractSpec, WhenSpec } from '../domain/contract/contract-spec.js';
import {
  isDerived,
  isFromEvent,
  readOf,
  type RowColumn,
  RowWriter,
} from '../domain/contract/row-writer.js';
import { isFromRecord } from '../domain/formats/record-columns.js';
import { columnTypeOf, createColumnType } from '../domain/types/create-column-type.js';
import { innerTypes } from '../domain/types/text/type-node.js';
import { FAULT, ValueFault } from '../domain/types/value-fault.js';
import {
  type CellPlan,
  cellPlanOf,
  conditionPlan,
  MAX_NAMES,
  UnknownToEngine,
} from './cell-plan.js';
import * as layout from './layout.js';

/** How the engine fills a column. */
export interface ColumnPlan {
  /** Empty if `isRest`. */
  readonly path: readonly string[];
  /** Whether the column takes all fields of the event that no other column takes. */
  readonly isRest: boolean;
  readonly cell: CellPlan;
  /** One of the constants of `layout.ts`. */
  readonly onNull: number;
  readonly onMissing: number;
  /** The value of a missing field. */
  readonly constant: Buffer;
  /** Whether the column's time divides blocks. */
  readonly isClock: boolean;
}

/** Which reader reads a column of a contract, and why it is not the engine. */
export interface EngineColumn {
  readonly column: string;
  /**
   * `record`: the column takes the record's key, timestamp or headers, or its value as it is. `transform`: only the
   * transform fills it.
   */
  readonly readBy: 'engine' | 'record' | 'transform' | 'reference';
  /** The end of a sentence. Empty unless the reference reader reads the column. */
  readonly why: string;
}

/**
 * For each column of a contract, whether the engine can read it. If it can't read one of them, the reference reader reads all
 * records of the contract.
 */
export function engineColumns(contract: Contract): readonly EngineColumn[] {
  const whole = wholeProblem(contract);
  return new RowWriter(contract.spec).columns.map((column) => {
    const why = whole ?? problemOf(column, contract);
    const fast = isDerived(column) ? 'transform' : isFromRecord(column.spec) ? 'record' : 'engine';
    return { column: column.spec.name, readBy: why === null ? fast : 'reference', why: why ?? '' };
  });
}

/** Plans of all columns that take something of the event, and of `when`. Null if the reference reader reads the contract. */
export function columnPlansOf(contract: Contract): readonly ColumnPlan[] | null {
  if (wholeProblem(contract) !== null) return null;
  const { columns } = new RowWriter(contract.spec);
  if (columns.some((column) => problemOf(column, contract) !== null)) return null;
  const plans = columns
    .filter(({ spec }) => isFromEvent(spec))
    .map((column) => columnPlanOf(column, contract));
  const { when } = contract.spec;
  return when === null ? plans : [...plans, conditionOf(when)];
}

/** Records that do not match are in doubt, so the reference reader filters them. */
function conditionOf({ path, in: values }: WhenSpec): ColumnPlan {
  return {
    path,
    isRest: false,
    cell: conditionPlan(values),
    onNull: layout.AS_VALUE,
    onMissing: layout.UNDECIDED,
    constant: Buffer.alloc(0),
    isClock: false,
  };
}

function wholeProblem({ spec }: Contract): string | null {
  if (spec.when !== null && spec.when.in.length > MAX_NAMES) {
    return `the engine does not support a when with ${spec.when.in.length} values`;
  }
  if (!spec.columns.some(isFromEvent)) {
    return 'no column takes a field of the event';
  }
  return null;
}

function problemOf(column: RowColumn, contract: Contract): string | null {
  try {
    if (isFromRecord(column.spec)) checkRecordColumn(column.spec, contract.spec);
    else if (!isDerived(column)) columnPlanOf(column, contract);
    return null;
  } catch (error) {
    if (error instanceof UnknownToEngine) return `the engine does not support ${error.message}`;
    throw error;
  }
}

/** The engine only knows the times of fields and of records, so blocks can only be divided by those. */
function checkRecordColumn({ name, from }: ColumnSpec, { eventTime }: ContractSpec): void {
  if (name !== eventTime || from.kind === 'timestamp') return;
  throw new UnknownToEngine(`an event time from: ${from.kind}`);
}

function columnPlanOf(column: RowColumn, { spec: { eventTime } }: Contract): ColumnPlan {
  const { spec, type, defaultsByServer } = column;
  const { from } = spec;
  // The type that is sent may be a Nullable of the column's type.
  const sent = columnTypeOf(column.writer.sentType());
  const cell = cellPlanOf(sent, readOf(spec, type));
  const isEventTime = spec.name === eventTime;
  const isClock = isEventTime && TIMES.includes(cell.kind);
  if (isClock && spec.default !== null) throw new UnknownToEngine('a default of the event time');
  const isAnyText = spec.read === 'json' && !type.isNullable;
  const takesNull = isAnyText || (type.isNullable && spec.null !== 'default');
  const { onMissing, constant } = missingOf(column, cell);
  return {
    path: from.kind === 'event' ? from.path : [],
    isRest: from.kind === 'rest',
    cell: isClock ? { ...cell, flags: cell.flags | layout.IS_CLOCK } : cell,
    onNull: takesNull
      ? layout.AS_VALUE
      : spec.null === 'default'
        ? layout.AS_MISSING
        : defaultsByServer
          ? layout.UNDECIDED
          : layout.AS_VALUE,
    onMissing,
    constant,
    isClock,
  };
}

const TIMES: readonly number[] = [layout.DATE, layout.DATE_NUMBER, layout.TIME, layout.TIME_NUMBER];

function missingOf(
  { spec, type, defaultsByServer }: RowColumn,
  cell: CellPlan,
): Pick<ColumnPlan, 'onMissing' | 'constant'> {
  const constant = Buffer.alloc(0);
  if (spec.default?.kind === 'value') return defaultOf(spec.default.value, type.text, cell);
  if (type.isNullable || defaultsByServer) return { onMissing: layout.STORE_NULL, constant };
  return { onMissing: layout.UNDECIDED, constant };
}

/** The default as the reference reader writes it. */
function defaultOf(
  value: unknown,
  typeText: string,
  cell: CellPlan,
): Pick<ColumnPlan, 'onMissing' | 'constant'> {
  const constant = Buffer.alloc(0);
  const isContainer = [layout.ARRAY, layout.MAP, layout.TUPLE].includes(cell.kind);
  const hasNull = cell.kind === layout.NULLABLE || (cell.flags & layout.HAS_NULL_KEY) !== 0;
  if (value === null && hasNull) return { onMissing: layout.STORE_NULL, constant };
  if (cell.kind === layout.ARRAY && Array.isArray(value) && value.length === 0) {
    return { onMissing: layout.STORE_EMPTY, constant };
  }
  if (isContainer) throw new UnknownToEngine('a default with elements');
  let { node } = columnTypeOf(typeText);
  while (node.name === 'Nullable' || node.name === 'LowCardinality') {
    [node = node] = innerTypes(node);
  }
  const writer = createColumnType(node).createWriter({ fault: new ValueFault() });
  if (writer.appendValue(value) === FAULT) throw new UnknownToEngine('a default that is no value');
  const parts: Buffer[] = [];
  writer.data(parts);
  return { onMissing: layout.STORE_CONSTANT, constant: Buffer.concat(parts) };
}
