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
import { testContract } from '../../testing/test-contract.js';
import { readEvent } from './read-event.js';
import type { Sample } from './read-sample.js';

/** A suggested contract that accepts every event of the sample. */
export interface Suggestion extends InferredContract {
  readonly name: string;
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

/** Infers columns from a sample, and reads the sample with them. A column that rejects an event is widened to take any value. */
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
    const rejecting = new Set(deadLetters.map(({ path }) => path.replace(/\[.*$/, '')));
    if (rejecting.size === 0) return suggestion;
    inferred = widened(inferred, rejecting);
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
    ...{ ...inferred, name, ...counts },
    orderBy: [eventTime, id].filter((column) => column !== null),
    partitionBy: eventTime === null ? null : `toYYYYMM(${eventTime})`,
  };
}

function widened(
  { columns, eventTime, id }: InferredContract,
  rejecting: ReadonlySet<string>,
): InferredContract {
  const changed = columns.map((column) => {
    // A path that is shorter than the column's names an object around the column's value.
    const path = pathOf(column);
    const isAtFault = [...rejecting].some(
      (each) => path === each || path.startsWith(`${each}.`) || each.startsWith(`${path}.`),
    );
    return isAtFault ? anyValue(column) : column;
  });
  const stays = (name: string | null) =>
    columns.some((column, index) => column.name === name && changed[index] === column)
      ? name
      : null;
  return { columns: changed, eventTime: stays(eventTime), id: stays(id) };
}

function pathOf({ name, options }: InferredColumn): string {
  const { path = name } = options;
  return typeof path === 'string' ? path : path.join('.');
}

function anyValue({ name, options, why }: InferredColumn): InferredColumn {
  const { path } = options;
  const isOptional = options.default !== undefined || options.type.includes('Nullable(');
  const widest: ColumnOptions = {
    type: isOptional ? `Nullable(${ANY_TEXT.type})` : ANY_TEXT.type,
    read: ANY_TEXT.read,
    ...(path !== undefined && { path }),
  };
  return { name, options: widest, why: `${why}; some values fit no narrower type` };
}
