// Promise: a block is framed as ClickHouse's `Native` format, and rows of an answer are read in pieces of any size. Checked
// against bytes from the format's description. The real server reads such blocks elsewhere.
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arrays,
  int64s,
  nativeBlock,
  nullableStrings,
  readFixedRows,
  strings,
  uint32s,
  uint64s,
} from '../../../../../src/adapters/clickhouse/native/native.js';
import { varint } from '../../../../../src/domain/types/native/native-words.js';

const hex = (bytes: Buffer | readonly Buffer[]) =>
  Buffer.concat(Array.isArray(bytes) ? bytes : [bytes as Buffer]).toString('hex');

test('lengths take seven bits per byte', () => {
  expect([0, 127, 128, 300, 2 ** 32].map((value) => hex(varint(value)))).toEqual([
    '00',
    '7f',
    '8001',
    'ac02',
    '8080808010',
  ]);
});

test('a block is its counts, then name, type and values of each column', () => {
  const columns = [
    { name: 'a', type: 'UInt32', data: uint32s([1, 2]) },
    { name: 'ü', type: 'String', data: strings(['x', Buffer.from([0, 255])]) },
  ];
  expect(hex(nativeBlock(2, columns))).toBe(
    [
      '0202',
      '0161',
      '0655496e743332',
      '0100000002000000',
      '02c3bc',
      '06537472696e67',
      '0178',
      '0200ff',
    ].join(''),
  );
});

test('nullable values, lists and large numbers are read', () => {
  expect(hex(nullableStrings(['', null, 'a']))).toBe('000100' + '00' + '00' + '0161');
  expect(hex(uint64s([2 ** 53 - 1]))).toBe('ffffffffffff1f00');
  expect(hex(int64s([-1]))).toBe('ffffffffffffffff');
  expect(hex(arrays([['a'], [], ['b', 'c']], strings))).toBe(
    '0100000000000000' + '0100000000000000' + '0300000000000000' + '016101620163',
  );
});

test('rows are read in pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .uint8Array({ maxLength: 64 })
        .map((bytes) => bytes.slice(0, bytes.length - (bytes.length % 4))),
      fc.array(fc.nat(9)),
      async (bytes, cuts) => {
        const read: number[] = [];
        await readFixedRows(inPieces(Buffer.from(bytes), cuts), 4, (chunk, at) => {
          read.push(chunk.readUInt32BE(at));
        });
        const whole = Buffer.from(bytes);
        expect(read).toEqual(
          Array.from({ length: bytes.length / 4 }, (_, index) => whole.readUInt32BE(index * 4)),
        );
      },
    ),
  );
});

test('an answer that ends within a row is an error', async () => {
  const reading = readFixedRows(inPieces(Buffer.alloc(6), []), 4, () => undefined);
  await expect(reading).rejects.toThrow('2 of 4 bytes');
});

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const cut of cuts) {
    yield bytes.subarray(at, at + cut);
    at += cut;
  }
  yield bytes.subarray(at);
}
