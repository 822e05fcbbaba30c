// Promise: an insert that waits inside ClickHouse is reported once, and once more when it ends, however it ends, and the report
// never disturbs the insert. Checked in Temporal's activity environment over tables that stay silent.
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { withSilenceTold } from '../../../../src/activities/attempt/running-inserts.js';
import type { InsertWaits } from '../../../../src/domain/pipeline/messages.js';
import type { InsertOptions } from '../../../../src/domain/ports/event-table.js';
import type { PipelineMessages } from '../../../../src/domain/ports/workflows.js';
import { blockOf, sendOptions } from '../../../support/clickhouse-blocks.js';

const SILENT = { address: 'http://a:8123', sinceMs: 1_000 };
const TABLE = { database: 'shop', table: 'events' };

/** Runs one insert of batch 7 in lane 2 within an activity. */
function insert(
  { isSilent, fails = false }: { readonly isSilent: boolean; readonly fails?: boolean },
  messages: PipelineMessages | null,
): Promise<unknown> {
  const events = {
    insert: async (_: unknown, __: unknown, { onSilence }: InsertOptions) => {
      if (isSilent) onSilence?.(SILENT);
      if (fails) throw new Error('cut off');
      return { writtenRows: 5 };
    },
  };
  const tables = withSilenceTold({ events, deadLetters: {} } as never, messages);
  const options = sendOptions('token', { lane: 2, batch: 7 });
  const { events: telling } = tables as { readonly events: typeof events };
  return new MockActivityEnvironment().run(() =>
    telling.insert(TABLE, blockOf('topic', []), options),
  );
}

function hearing() {
  const heard: InsertWaits[] = [];
  const messages = {
    logSeen: () => Promise.resolve(),
    insertWaits: (_: string, waits: InsertWaits) => {
      heard.push(waits);
      return Promise.resolve();
    },
  };
  return { heard, messages };
}

const BOTH = [
  { lane: 2, batch: 7, waits: SILENT },
  { lane: 2, batch: 7, waits: null },
];

test('an insert that is answered in time is not reported', async () => {
  const { heard, messages } = hearing();
  expect(await insert({ isSilent: false }, messages)).toEqual({ writtenRows: 5 });
  expect(heard).toEqual([]);
});

test('an insert that waits is reported, and so is its answer', async () => {
  const { heard, messages } = hearing();
  expect(await insert({ isSilent: true }, messages)).toEqual({ writtenRows: 5 });
  expect(heard).toEqual(BOTH);
});

test('an insert that waits and fails is reported, and so is its end', async () => {
  const { heard, messages } = hearing();
  await expect(insert({ isSilent: true, fails: true }, messages)).rejects.toThrow('cut off');
  expect(heard).toEqual(BOTH);
});

test('an unreachable Temporal or an unresponsive workflow does not disturb the insert', async () => {
  const away = {
    logSeen: () => Promise.resolve(),
    insertWaits: () => Promise.reject(new Error('away')),
  };
  expect(await insert({ isSilent: true }, away)).toEqual({ writtenRows: 5 });
  expect(await insert({ isSilent: true }, null)).toEqual({ writtenRows: 5 });
});
