import type { ColumnOptions } from '../../domain/contract/contract-options.js';
import { specOf } from '../../domain/contract/contract-options.js';
import { type Contract, contractOf } from '../../domain/contract/define-contract.js';
import {
  inferContract,
  type InferredColumn,
  type InferredContract,
} from '../../domain/inference/infer-contract.js';
import { ANY_TEXT } from '../../domain/inference/infer-type.js';
import { ValueStats } from '../../domain/inference/value-stats.js';
import { testContract, type TestDeadLetter } from '../../testing/test-contract.js';
import { readEvent } from './read-event.js';
import type { Sample, SampledRecord } from './read-sample.js';

/** A suggested contract that accepts the events of the sample, except for a few that differ from all others. */
export interface Suggestion extends InferredContract {
  readonly name: string;
  /** How many events become dead letters, because they differ from all others. */
  readonly rejected: number;
  readonly orderBy: readonly string[];
  readonly partitionBy: string | null;
  /** How many records the sample has, and how many of them (`events`) are JSON objects. */
  readonly records: number;
  readonly events: number;
}

/** Turns the name of a topic or a table into a valid name for a contract and a pipeline. */
export function nameFrom(text: string): string {
  const plain = text.replace(/[^\w.-]/g, '_').slice(0, 100);
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`.slice(0, 100);
}

/**
 * Infers columns from a sample, and reads the sample with them. A column that rejects more events than it was inferred to reject
 * is widened to take any value.
 */
export function suggestContract(name: string, { records }: Sample): Suggestion {
  const events = records.map(({ value }) => readEvent(value)).filter((event) => event !== null);
  const stats = new ValueStats();
  for (const event of events) stats.add(event);
  let inferred = inferContract(stats);
  const readable = records.filter(({ value }) => readEvent(value) !== null);
  // Each round widens at least one column so that it accepts everything.
  for (let round = 0; round <= inferred.columns.length; round++) {
    const suggestion = suggestionOf(name, inferred, {
      records: records.length,
      events: events.length,
    });
    if (inferred.columns.length === 0) return suggestion;
    const { deadLetters } = testContract(contractOfSuggestion(suggestion)).read(readable);
    const byColumn = inferred.columns.map((column) => {
      return deadLetters.filter(({ path }) => rejects(column, path.replace(/\[.*$/, '')));
    });
    const isExpected = inferred.columns.every(
      ({ misfits }, index) => (byColumn[index]?.length ?? 0) <= misfits,
    );
    if (isExpected) {
      const columns = inferred.columns.map((column, index) => {
        return withExample(column, byColumn[index] ?? [], readable);
      });
      return { ...suggestion, columns, rejected: deadLetters.length };
    }
    inferred = widened(inferred, byColumn);
  }
  return suggestionOf(name, { ...inferred, columns: [] }, { records: records.length, events: 0 });
}

/** The contract that the written config declares. */
export function contractOfSuggestion(suggestion: Suggestion): Contract {
  const { name, columns, id, eventTime, orderBy, partitionBy } = suggestion;
  return contractOf(
    specOf({
      ...{ name, columns: Object.fromEntries(columns.map((each) => [each.name, each.options])) },
      ...(id !== null && { id }),
      ...(eventTime !== null && { eventTime }),
      table: { orderBy, ...(partitionBy !== null && { partitionBy }) },
    }),
  );
}

function suggestionOf(
  name: string,
  inferred: InferredContract,
  counts: Pick<Suggestion, 'records' | 'events'>,
): Suggestion {
  const { eventTime, id } = inferred;
  return {
    ...{ ...inferred, name, ...counts, rejected: 0 },
    orderBy: [eventTime, id].filter((column) => column !== null),
    partitionBy: eventTime === null ? null : `toYYYYMM(${eventTime})`,
  };
}

function widened(
  { columns, eventTime, id }: InferredContract,
  rejected: readonly (readonly unknown[])[],
): InferredContract {
  const changed = columns.map((column, index) => {
    return (rejected[index]?.length ?? 0) > column.misfits ? anyValue(column) : column;
  });
  const stays = (name: string | null) =>
    columns.some((column, index) => column.name === name && changed[index] === column)
      ? name
      : null;
  return { columns: changed, eventTime: stays(eventTime), id: stays(id) };
}

/** Whether a rejection at this path is one of the column. A shorter path names an object around the column's value. */
function rejects(column: InferredColumn, rejectedPath: string): boolean {
  const path = pathOf(column);
  return (
    path === rejectedPath ||
    path.startsWith(`${rejectedPath}.`) ||
    rejectedPath.startsWith(`${path}.`)
  );
}

/** Says how many events the column rejects, and where one of them is. */
function withExample(
  column: InferredColumn,
  rejected: readonly TestDeadLetter[],
  records: readonly SampledRecord[],
): InferredColumn {
  const [first] = rejected;
  const example = first === undefined ? undefined : records[first.record];
  if (example === undefined) return column;
  const { partition, offset } = example;
  const what = rejected.length === 1 ? 'event does' : 'events do';
  const where = `${rejected.length === 1 ? 'at' : 'for example at'} offset ${offset} of partition ${partition}`;
  return {
    ...column,
    why: `${column.why}; ${rejected.length} ${what} not fit (${where})`,
  };
}

function pathOf({ name, options }: InferredColumn): string {
  const { path = name } = options;
  return typeof path === 'string' ? path : path.join('.');
}

function anyValue({ name, options, why, misfits }: InferredColumn): InferredColumn {
  const { path } = options;
  const isOptional = options.default !== undefined || options.type.includes('Nullable(');
  const widest: ColumnOptions = {
    type: isOptional ? `Nullable(${ANY_TEXT.type})` : ANY_TEXT.type,
    read: ANY_TEXT.read,
    ...(path !== undefined && { path }),
  };
  return { name, options: widest, why: `${why}; some values fit no narrower type`, misfits };
}
