/**
 * Promise: a query can bring tables with it, as on a server: a form with a file for each, whose structure is in the
 * address. They exist for that query only. Checked with plain requests.
 */
import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTable } from '../../../src/adapters/clickhouse/client/client.js';
import { send } from './raw-http.js';
import { bodyFilesOf, createFrontFolder, type Front } from './start-front.js';

const folder = createFrontFolder();
let front: Front;

beforeAll(async () => {
  front = await folder.start();
});
afterAll(() => folder.remove());

const form = (parts: readonly (readonly [head: string, data: string])[]) => ({
  headers: { 'Content-Type': 'multipart/form-data; boundary=edge' },
  body: [
    ...parts.map(
      ([head, data]) => `--edge\r\nContent-Disposition: form-data; ${head}\r\n\r\n${data}\r\n`,
    ),
    '--edge--\r\n',
  ].join(''),
});

it('is read by its query, with the settings and parameters of the request', async () => {
  const { status, text } = await send(front, {
    address: {
      query: 'SELECT sum(a) + {n:UInt8}, any(b) FROM sent GROUP BY ALL HAVING sum(a) > 0',
      sent_structure: 'a UInt8, b LowCardinality(UInt8)',
      sent_format: 'CSV',
      param_n: '1',
      readonly: '2',
    },
    ...form([
      ['name="field"', 'no table'],
      ['name="sent"; filename="sent"', '1,7\n2,7\n'],
    ]),
  });
  expect([status, text]).toEqual([200, '4\t7\n']);
  const after = await send(front, { body: 'SELECT * FROM sent' });
  expect(after.status).toBe(404);
});

it('is parsed with the settings of the request', async () => {
  const read = (setting: Readonly<Record<string, string>>) =>
    send(front, {
      address: {
        query: 'SELECT j FROM sent',
        sent_structure: 'j JSON',
        sent_format: 'JSONAsObject',
        ...setting,
      },
      ...form([['name="sent"; filename="sent"', '{"at":"2026-01-02T03:04:05Z"}\n']]),
    });
  expect((await read({})).text).not.toContain('T03');
  const infer = { input_format_try_infer_dates: '0', input_format_try_infer_datetimes: '0' };
  expect((await read(infer)).text).toBe('{"at":"2026-01-02T03:04:05Z"}\n');
});

it('takes Native blocks as the product sends them', async () => {
  const text = (value: string) => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
  const { settings, body } = withTable({
    name: 'sent',
    rows: 2,
    columns: [
      { name: 'c0', type: 'String', data: Buffer.concat([text('\r\n--'), text('b')]) },
      { name: 'c1', type: 'UInt8', data: Buffer.of(1, 2) },
    ],
  });
  const answer = await send(front, {
    address: { query: 'SELECT hex(c0), c1 FROM sent ORDER BY c1', ...(settings as object) },
    headers: { 'Content-Type': body.contentType ?? '' },
    body: Buffer.concat(body.parts),
  });
  expect(answer.text).toBe('0D0A2D2D\t1\n62\t2\n');
});

it('is refused without a structure or with data in another format', async () => {
  const file = ['name="sent"; filename="sent"', 'x\n'] as const;
  const without = await send(front, { address: { query: 'SELECT 1' }, ...form([file]) });
  expect([without.status, without.text]).toEqual([
    400,
    expect.stringContaining('external table sent'),
  ]);
  const wrong = await send(front, {
    address: { query: 'SELECT * FROM sent', sent_structure: 'a UInt8' },
    ...form([file]),
  });
  expect(wrong.status).toBe(400);
  // One file is kept for the next request, however many were sent one after the other.
  expect(bodyFilesOf(front).length).toBeLessThanOrEqual(1);
});
