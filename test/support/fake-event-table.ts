import type { Block } from '../../src/domain/blocks/block.js';
import { type InsertError, InsertFailed } from '../../src/domain/insert-failures/insert-error.js';
import type { EventTable } from '../../src/domain/ports/event-table.js';
import { anInsertError } from './insert-errors.js';

/**
 * Simulates ClickHouse for writing a block: a block is committed table partition by table partition, each with its own
 * token, and a server that dies in between may know the token of rows that it never stored.
 */
export interface FakeEventTable extends EventTable {
  /** How often each row is stored, by `partition/offset`. */
  readonly counts: ReadonlyMap<string, number>;
  /** How often each row reached the view. */
  readonly inView: ReadonlyMap<string, number>;
  /** Tokens in the order in which they were sent. */
  readonly tokens: readonly string[];
  /** The faults of the next sends, in order. */
  readonly faults: Fault[];
  /** Views of the table. */
  viewNames: readonly string[];
  /** Refuses a block before anything of it is stored, unless it returns null for all of its rows. */
  refuse: (row: string) => InsertError | null;
  /** The refusal of a proxy in front of the server. Null if the block passes. */
  proxy: (block: Block) => InsertError | null;
}

export type Fault =
  /** Ends after this many table partitions. `lost`: the token of the next one is known, but its rows are missing. */
  | { readonly kind: 'killed'; readonly after: number; readonly lost: boolean }
  /** Everything is stored, but no answer arrives. */
  | { readonly kind: 'answer-lost' }
  /** Refused before anything is stored. */
  | { readonly kind: 'refused'; readonly error: InsertError }
  /** The view refuses after the table has stored the rows. */
  | { readonly kind: 'view-refused'; readonly error: InsertError }
  | null;

/** Hundreds of offsets share a table partition here, so that blocks touch several. */
export const TABLE_PARTITION_OFFSETS = 10;

export const NETWORK_ERROR = anInsertError({
  kind: 'network',
  message: 'no answer from the server',
});

export function fakeEventTable(): FakeEventTable {
  const counts = new Map<string, number>();
  const inView = new Map<string, number>();
  const known = new Set<string>();
  const knownByView = new Set<string>();
  const tokens: string[] = [];

  const store = (rows: readonly string[], into: Map<string, number>) => {
    for (const row of rows) into.set(row, (into.get(row) ?? 0) + 1);
  };
  const table: FakeEventTable = {
    counts,
    inView,
    tokens,
    faults: [],
    viewNames: [],
    refuse: () => null,
    proxy: () => null,
    runningInserts: () => Promise.resolve({ names: [], unasked: [] }),
    views: () => Promise.resolve(table.viewNames),
    present: (_table, _topic, block) => {
      const there = rowsOf(block).filter((row) => counts.has(row));
      const has = (partition: number, offset: number) => counts.has(`${partition}/${offset}`);
      return Promise.resolve({ size: there.length, has });
    },
    insert: (_table, block, { token }) => {
      tokens.push(token);
      const fault = table.faults.shift() ?? null;
      if (fault?.kind === 'refused') throw new InsertFailed(fault.error);
      const stopped = table.proxy(block);
      if (stopped !== null) throw new InsertFailed(stopped);
      const refused = rowsOf(block)
        .map(table.refuse)
        .find((error) => error !== null);
      if (refused) throw new InsertFailed(refused);
      for (const [index, [part, rows]] of tableParts(block).entries()) {
        const key = `${token} ${part}`;
        if (fault?.kind === 'killed' && index >= fault.after) {
          if (fault.lost) known.add(key);
          throw new InsertFailed(NETWORK_ERROR);
        }
        if (!known.has(key)) store(rows, counts);
        known.add(key);
        if (table.viewNames.length === 0) continue;
        if (fault?.kind === 'view-refused') throw new InsertFailed(fault.error);
        if (!knownByView.has(key)) store(rows, inView);
        knownByView.add(key);
      }
      if (fault?.kind === 'answer-lost') throw new InsertFailed(NETWORK_ERROR);
      return Promise.resolve({ writtenRows: block.rows });
    },
  };
  return table;
}

export function rowsOf(block: Pick<Block, 'spans'>): readonly string[] {
  return block.spans.flatMap(({ partition, first, end }) =>
    Array.from({ length: end - first }, (_, index) => `${partition}/${first + index}`),
  );
}

function tableParts(block: Block): readonly (readonly [part: number, rows: readonly string[]])[] {
  const parts = new Map<number, string[]>();
  for (const row of rowsOf(block)) {
    const part = Math.floor(Number(row.split('/')[1]) / TABLE_PARTITION_OFFSETS);
    parts.set(part, [...(parts.get(part) ?? []), row]);
  }
  return [...parts];
}
