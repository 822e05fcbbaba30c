import { expect, test } from 'vitest';
import type { Block } from '../../src/domain/blocks/block.js';
import type { TableName } from '../../src/domain/table/table-name.js';
import type { EventTable, InsertId } from '../../src/domain/ports/event-table.js';
import { blockOf, rowsFrom } from './clickhouse-blocks.js';
import { aLog } from './pipeline-builders.js';

/** A table for each test, and its content as read without the port. */
export interface TableUnderTest {
  readonly events: EventTable;
  readonly table: TableName;
  /** How often each row is stored, by `partition/offset`. */
  counts(): Promise<ReadonlyMap<string, number>>;
}

const TOPIC = 'stream-events';
const ID: InsertId = {
  workflowId: 'w',
  runId: 'r',
  lane: 0,
  batch: 1,
  block: 1,
  attempt: 1,
  send: 1,
};

/** What writing a block relies on. Real tables and the fake one must satisfy the same tests. */
export function eventTableContract(open: () => Promise<TableUnderTest>): void {
  const send = ({ events, table }: TableUnderTest, block: Block, token: string) =>
    events.insert(table, block, { token, id: ID, signal: new AbortController().signal });
  const block = (first: number, count: number) => blockOf(TOPIC, rowsFrom(0, first, count));

  test('sent rows are stored once each, and reconcile finds them', async () => {
    const under = await open();
    await send(under, block(0, 50), 'a');
    const present = await under.events.present(under.table, aLog(TOPIC), block(0, 50));
    expect(present.size).toBe(50);
    expect([present.has(0, 0), present.has(0, 49)]).toEqual([true, true]);
    expect(new Set((await under.counts()).values())).toEqual(new Set([1]));
  });

  test('reconcile finds exactly the rows of the block that exist', async () => {
    const under = await open();
    await send(under, block(10, 5), 'a');
    const present = await under.events.present(under.table, aLog(TOPIC), block(0, 12));
    expect(present.size).toBe(2);
    expect([9, 10, 11].map((offset) => present.has(0, offset))).toEqual([false, true, true]);
  });

  test('a block that is sent twice under one token is stored once', async () => {
    const under = await open();
    await send(under, block(0, 50), 'a');
    await send(under, block(0, 50), 'a');
    expect((await under.counts()).get('0/7')).toBe(1);
  });

  test('the same rows under another token are stored twice', async () => {
    const under = await open();
    await send(under, block(0, 50), 'a');
    await send(under, block(0, 50), 'b');
    expect((await under.counts()).get('0/7')).toBe(2);
  });

  test('a table without views reports none, and nothing runs on an idle server', async () => {
    const { events, table } = await open();
    expect(await events.views(table)).toEqual([]);
    expect(await events.runningInserts(ID)).toEqual({ names: [], unasked: [] });
  });
}
