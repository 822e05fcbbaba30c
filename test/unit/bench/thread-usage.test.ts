// Promise: CPU is attributed to threads by what they did between two looks, and a thread that began in between counts in full.
import process from 'node:process';
import { expect, test } from 'vitest';
import { secondsByName, threadsOf } from '../../../bench/measure/thread-usage.js';
import { kindOf } from '../../../bench/threads/thread-kinds.js';

const thread = (name: string, cpuSeconds: number) => ({ name, cpuSeconds });

test('threads of one name are added up, from the first look or from their start', () => {
  const before = new Map([
    ['1/1', thread('main', 5)],
    ['1/2', thread('pool', 1)],
    ['1/3', thread('pool', 7)],
  ]);
  const after = new Map([
    ['1/1', thread('main', 6)],
    ['1/2', thread('pool', 3)],
    ['1/4', thread('pool', 4)],
  ]);
  expect([...secondsByName(before, after)]).toEqual([
    ['main', 1],
    ['pool', 6],
  ]);
});

test.runIf(process.platform === 'linux')('the work of this process is seen', () => {
  const before = threadsOf(process.pid);
  const endMs = performance.now() + 300;
  while (performance.now() < endMs);
  const spent = secondsByName(before, threadsOf(process.pid));
  expect([...spent.values()].reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0);
});

test('each thread has a kind', () => {
  expect(kindOf('worker', 'main')).toBe('main thread');
  expect(kindOf('worker', 'tokioruntimew')).toBe("Temporal's core");
  expect(kindOf('ClickHouse', 'MergeMutate')).toBe('merges');
  expect(kindOf('ClickHouse', 'ThreadPool')).toBe('inserts and queries');
  expect(kindOf('Kafka', 'C CompilerThre')).toBe('compilation');
  expect(kindOf('Temporal', 'main')).toBe('server');
});
