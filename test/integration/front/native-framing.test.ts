/**
 * Promise: Go's and Java's clients get answers in ClickHouse's own framing. Checked by comparing the checksums with those
 * that the engine writes to its files. The front's own reader of bodies, which the engine's reading confirms, decodes the
 * framing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cityHash128 } from '../../../dev/clickhouse/city-hash.js';
import { decompressBlocks } from '../../../dev/clickhouse/compressed-blocks.js';
import { rowsOf, send } from './raw-http.js';
import { createFrontFolder, type Front } from './start-front.js';

const folder = createFrontFolder();
let front: Front;

beforeAll(async () => {
  front = await folder.start();
});
afterAll(() => folder.remove());

/** The blocks of a file or an answer: the checksum of each, and the bytes that it covers. */
function blocksOf(
  bytes: Buffer,
): readonly { readonly checksum: string; readonly hashed: Buffer }[] {
  const blocks = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32LE(at + 17);
    blocks.push({
      checksum: bytes.toString('hex', at, at + 16),
      hashed: bytes.subarray(at + 16, at + 16 + size),
    });
    at += 16 + size;
  }
  return blocks;
}

it('computes the checksum of blocks of every length as the engine does', async () => {
  const lengths = [...Array.from({ length: 300 }, (_, n) => n), 1_000, 4_095, 70_000];
  await rowsOf(
    front,
    `CREATE TABLE blocks (length UInt32, text String CODEC(NONE)) ORDER BY length PARTITION BY length
     SETTINGS min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0, string_serialization_version = 'single_stream'`,
  );
  await rowsOf(
    front,
    `INSERT INTO blocks SELECT arrayJoin([${lengths.join()}]) AS n, substring(repeat(hex(sipHash128(n)), 3000), 1, n)
     SETTINGS max_partitions_per_insert_block = 0`,
  );
  const parts = await rowsOf(
    front,
    "SELECT path FROM system.parts WHERE table = 'blocks' AND active ORDER BY partition_id",
  );
  expect(parts).toHaveLength(lengths.length);
  const blocks = parts.flatMap((path) => blocksOf(readFileSync(join(path, 'text.bin'))));
  expect(new Set(blocks.map(({ hashed }) => hashed.length)).size).toBeGreaterThan(300);
  const wrong = blocks.filter(
    ({ checksum, hashed }) => cityHash128(hashed).toString('hex') !== checksum,
  );
  expect(wrong).toEqual([]);
});

it('frames an answer in blocks that contain all of it', async () => {
  const body = "SELECT number, repeat('text', 10) FROM numbers(20000) FORMAT Native";
  const plain = await send(front, { body });
  const framed = await send(front, { body, address: { compress: '1' } });
  const blocks = blocksOf(framed.bytes);
  expect(blocks.length).toBeGreaterThan(10);
  for (const { checksum, hashed } of blocks) {
    expect(cityHash128(hashed).toString('hex')).toBe(checksum);
  }
  const reader = decompressBlocks();
  reader.end(framed.bytes);
  const chunks: Buffer[] = [];
  reader.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(reader, 'end');
  expect(Buffer.concat(chunks).equals(plain.bytes)).toBe(true);
});

it('writes Native for the revision that the client names', async () => {
  const address = { client_protocol_version: '54460' };
  const answer = await send(front, { address, body: 'SELECT 7::UInt16 AS n FORMAT Native' });
  const info = '010002ffffffff00';
  const [counts, column, values] = ['0101', '016e0655496e743136', '0700'];
  expect(answer.bytes.toString('hex')).toBe(info + counts + column + '00' + values);
  const wide = `SELECT number, toString(number), [number, 1], toNullable('x'), toDecimal64(1, 2), toFixedString('ab', 2),
    now64(), toUUID('00000000-0000-0000-0000-000000000001') FROM numbers(1000) FORMAT Native`;
  const [before, after] = [
    await send(front, { body: wide }),
    await send(front, { address, body: wide }),
  ];
  expect(after.bytes.length).toBe(before.bytes.length + info.length / 2 + 8);
  const unknown = await send(front, { address, body: "SELECT map('a', 1) FORMAT Native" });
  expect(unknown.status).toBe(501);
});
