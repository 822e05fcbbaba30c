// Promise: JSON is only sent flattened to a server that reads it and whose profile has no settings that would make other types of
// the text; a server that refuses it after all gets the same rows under the same token as text from then on, and at once if none of
// them is in the table; and a refusal that has another cause is not repeated. Checked on what a server is sent.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { createEventTable } from '../../../../../src/adapters/clickhouse/event-table/event-table.js';
import { createJsonForm } from '../../../../../src/adapters/clickhouse/event-table/json-form.js';
import type { Block } from '../../../../../src/domain/blocks/block.js';
import type { InsertError } from '../../../../../src/domain/insert-failures/insert-error.js';
import { InsertFailed } from '../../../../../src/domain/insert-failures/insert-error.js';
import { blockOf, rowsFrom, sendOptions } from '../../../../support/clickhouse-blocks.js';
import { fakeServer } from '../../../../support/clickhouse-fake.js';
import { anInsertError } from '../../../../support/insert-errors.js';
import { jsonColumn } from '../../../../support/json-columns.js';

const FEATURE = {
  name: 'output_format_native_use_flattened_dynamic_and_json_serialization',
  value: '0',
};
const TABLE = { database: 'db', table: 'events' };

interface Sent {
  readonly form: 'text' | 'flattened';
  readonly token: unknown;
  readonly dates: unknown;
}

interface World {
  readonly settings?: readonly { readonly name: string; readonly value: string }[];
  readonly version?: string;
  readonly texts?: readonly string[];
  readonly type?: string;
  /** The user may not read the settings. */
  readonly isDenied?: boolean;
  /** `refuses` also answers the text. */
  readonly refusesText?: boolean;
  /** How the server answers a flattened block. */
  readonly refuses?: InsertError;
  /** What the table says about the block's rows. Null if it can't tell. */
  readonly isUntouched?: boolean | null;
}

function aTable(world: World = {}) {
  const { settings = [FEATURE], version = '26.7.2.1', texts, type, refuses } = world;
  const { isUntouched = true, isDenied = false, refusesText = false } = world;
  const sent: Sent[] = [];
  const server = fakeServer({
    'system.settings': isDenied
      ? new InsertFailed(anInsertError({ code: 497 }))
      : settings.map((setting) => ({ ...setting, version })),
  });
  const rows = texts ?? ['{"a":1}', '{"a":2}'];
  const block = blockOf('topic', rowsFrom(0, 0, rows.length));
  const columns = [...block.columns, jsonColumn(rows, { name: 'body', ...(type && { type }) })];
  const inserting = {
    ...server,
    insert: ({ body, settings: of }: Parameters<typeof server.insert>[0]) => {
      const bytes = Buffer.concat(body);
      const isText = bytes.includes(Buffer.concat([Buffer.from(type ?? 'JSON'), uint64(1)]));
      sent.push({
        form: isText ? 'text' : 'flattened',
        token: of['insert_deduplication_token'],
        dates: of['input_format_try_infer_datetimes'],
      });
      if ((isText && !refusesText) || refuses === undefined) return Promise.resolve(rows.length);
      return Promise.reject(new InsertFailed(refuses));
    },
  };
  const table = createEventTable(inserting, {
    insertSettings: () => Promise.resolve({}),
    jsonForm: createJsonForm(inserting),
    timeColumn: 'timestamp',
  });
  const insert = async (more: Partial<Block> = {}) => {
    sent.length = 0;
    const look = isUntouched === null ? undefined : () => Promise.resolve(isUntouched);
    const options = { ...sendOptions('T'), isUntouched: look };
    await table.insert(TABLE, { ...block, columns, ...more }, options);
    return sent.map(({ form }) => form);
  };
  return {
    insert,
    sent,
    lose: () => {
      server.lose();
    },
    asked: server.asked,
  };
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value);
  return bytes;
}

test('a server of 25.6 or later gets it flattened, with its strings left as strings', async () => {
  const { insert, sent, asked } = aTable();
  expect(await insert()).toEqual(['flattened']);
  expect(sent).toEqual([{ form: 'flattened', token: 'T', dates: 0 }]);
  await insert();
  expect(asked).toHaveLength(1);
});

test('text is sent with the same settings, and a block without JSON without them', async () => {
  const { insert, sent, asked } = aTable({ type: 'Array(JSON)' });
  expect(await insert()).toEqual(['text']);
  expect(sent).toEqual([{ form: 'text', token: 'T', dates: 0 }]);
  await insert({ columns: blockOf('topic', rowsFrom(0, 0, 2)).columns });
  expect(sent[0]?.dates).toBe(undefined);
  expect(asked).toEqual([]);
});

test.each([
  ['a server that does not read it', []],
  ['RapidJSON, which has no signed integers', [{ name: 'allow_simdjson', value: '0' }, FEATURE]],
  [
    'arrays without nulls',
    [{ name: 'schema_inference_make_columns_nullable', value: '0' }, FEATURE],
  ],
  [
    'nullable objects',
    [{ name: 'schema_inference_make_json_columns_nullable', value: '1' }, FEATURE],
  ],
  ['escaped dots', [{ name: 'json_type_escape_dots_in_keys', value: '1' }, FEATURE]],
])('text for %s', async (_, settings) => {
  expect(await aTable({ settings }).insert()).toEqual(['text']);
});

test('an integer after fractions is text for a server that may store a fraction', async () => {
  const texts = ['{"a":1.5}', '{"a":1}'];
  expect(await aTable({ texts, version: '26.6.9.1' }).insert()).toEqual(['text']);
  expect(await aTable({ texts, version: '26.7.0.1' }).insert()).toEqual(['flattened']);
  expect(await aTable({ texts, version: '27.1.0.1' }).insert()).toEqual(['flattened']);
  const texts2 = ['{"a":1}', '{"a":1.5}', '{"a":1}'];
  expect(await aTable({ texts: texts2, version: '25.6.1.1' }).insert()).toEqual(['flattened']);
});

test('a refused form is sent as text under the same token, until another server may answer', async () => {
  const { insert, sent, lose } = aTable({ refuses: anInsertError({ code: 117 }) });
  expect(await insert()).toEqual(['flattened', 'text']);
  expect(sent.map(({ token }) => token)).toEqual(['T', 'T']);
  expect(await insert()).toEqual(['text']);
  lose();
  expect(await insert()).toEqual(['flattened', 'text']);
});

test('a block whose text is refused too says nothing about the form', async () => {
  const { insert, sent } = aTable({ refuses: anInsertError({ code: 117 }), refusesText: true });
  for (const again of [1, 2]) {
    await expect(insert(), `insert ${again}`).rejects.toThrow(InsertFailed);
    expect(sent.map(({ form }) => form)).toEqual(['flattened', 'text']);
  }
});

test('a user who may not read the settings gets text, not an error', async () => {
  expect(await aTable({ isDenied: true }).insert()).toEqual(['text']);
});

test.each([false, null])(
  'rows that may be in the table are not repeated: %s',
  async (isUntouched) => {
    const { insert, sent } = aTable({ refuses: anInsertError({ code: 117 }), isUntouched });
    await expect(insert()).rejects.toThrow(InsertFailed);
    expect(sent.map(({ form }) => form)).toEqual(['flattened']);
    expect(await insert()).toEqual(['text']);
  },
);

test.each([
  ['a constraint', anInsertError({ code: 469, constraintOf: 'db.events' })],
  ['a view', anInsertError({ code: 117, view: 'db.view' })],
  ['too many parts', anInsertError({ code: 252 })],
  ['a lost connection', anInsertError({ kind: 'network', sent: 'part' })],
])('%s is not repeated as text', async (_, refuses) => {
  const { insert, sent } = aTable({ refuses });
  await expect(insert()).rejects.toThrow(InsertFailed);
  expect(sent).toHaveLength(1);
});

test('a column that can not be flattened is tried again after ever more blocks', async () => {
  const { insert } = aTable();
  const mixed = jsonColumn(['{"a":[[1]]}', '{"a":2}'], { name: 'body' });
  const good = jsonColumn(['{"a":1}', '{"a":2}'], { name: 'body' });
  const forms: string[] = [];
  for (const column of [mixed, good, mixed, good, good, good, mixed, good]) {
    forms.push(...(await insert({ columns: [column] })));
  }
  // Tried, not tried, tried, two not tried, and tried with success. After a success the pause is short again.
  expect(forms.map((form) => form.slice(0, 4)).join(' ')).toBe(
    'text text text text text flat text text',
  );
});
