// Promise: --watch redraws a terminal in place and gives it back, writes a line for each look elsewhere, survives a worker that is
// restarted, and ends with the workflow or with Ctrl-C. Checked with looks that the test gives.
import { expect, test } from 'vitest';
import { ClientError } from '../../../../src/client/client-error.js';
import { startingStatus } from '../../../../src/domain/status/status.js';
import type { Seen } from '../../../../src/cli/status/status-view.js';
import { terminalSize } from '../../../../src/cli/text/terminal-size.js';
import { watchStatus } from '../../../../src/cli/status/watch-status.js';
import { PLAIN } from '../../../../src/cli/text/style.js';

type Look = Partial<Seen> | Error;

const NO_ANSWER = new ClientError('no-answer', 'orders did not answer', { workflowId: 'orders' });

async function watch(
  looks: readonly Look[],
  { isTTY = false, json = false }: { readonly isTTY?: boolean; readonly json?: boolean } = {},
) {
  const out: string[] = [];
  const controller = new AbortController();
  const before: (Seen | null)[] = [];
  let at = 0;
  const code = await watchStatus({
    stdout: { isTTY, columns: 60, rows: 8, write: (text) => out.push(text) },
    ...{ json, style: PLAIN, everyMs: 1 },
    interrupted: () => controller.signal,
    async ask(last) {
      before.push(last);
      const look = looks[at++];
      // Ctrl-C comes after the last look that a test has.
      if (at === looks.length) controller.abort();
      if (look instanceof Error) throw look;
      return {
        ...{ workflowId: 'orders', workflow: 'RUNNING', why: null, batches: [], retries: [] },
        ...{ startedMs: 0, firstRunId: 'run-1' },
        ...{ rowsPerSecond: null, atMs: 0, status: startingStatus('looking at Kafka') },
        ...look,
      };
    },
  });
  return { code, out: out.join(''), before };
}

test('a line for each look where the output is no terminal, until Ctrl-C', async () => {
  const { code, out, before } = await watch([{}, { rowsPerSecond: 3 }]);
  expect(code).toBe(0);
  expect(out).toBe(
    '1970-01-01T00:00:00Z STARTING · rows 0 · lag 0 · dead letters 0\n' +
      '1970-01-01T00:00:00Z STARTING · rows 0 (3/s) · lag 0 · dead letters 0\n',
  );
  expect(before.map((last) => last === null)).toEqual([true, false]);
});

test('with --json an object for each look', async () => {
  const { out } = await watch([{}, {}], { json: true, isTTY: true });
  const objects = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Seen);
  expect(objects.map(({ workflow }) => workflow)).toEqual(['RUNNING', 'RUNNING']);
});

test('a worker that does not answer is reported and waited for', async () => {
  const { code, out } = await watch([{}, NO_ANSWER, {}]);
  expect(code).toBe(0);
  expect(out).toMatch(/STARTING[^]*Z orders did not answer\n[^]*STARTING/);
});

test('anything else that goes wrong ends it, with the terminal given back', async () => {
  await expect(watch([{}, new Error('not-found')], { isTTY: true })).rejects.toThrow('not-found');
});

test.each([
  ['COMPLETED', 0],
  ['CANCELLED', 0],
  ['FAILED', 1],
  ['TERMINATED', 1],
])('it ends with the workflow: %s gives %i', async (workflow, exit) => {
  const { code, before } = await watch([{}, { workflow }, {}, {}]);
  expect(code).toBe(exit);
  expect(before).toHaveLength(2);
});

test('a terminal that does not know its size has 80 columns and 24 rows', () => {
  expect(terminalSize({})).toEqual({ columns: 80, rows: 24 });
  expect(terminalSize({ columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
  expect(terminalSize({ columns: 60, rows: 8 })).toEqual({ columns: 60, rows: 8 });
});

test('a terminal is redrawn in place, within its size, and given back with the last look', async () => {
  const warnings = ['a'.repeat(100), 'b'];
  const status = { ...startingStatus('looking at Kafka'), warnings };
  const { out } = await watch([{ status }, { status }], { isTTY: true });
  expect(out.startsWith('\u001b[?1049h')).toBe(true);
  const [screens = '', after = ''] = out.split('\u001b[?1049l');
  const draws = screens.split('\u001b[H').slice(1);
  expect(draws).toHaveLength(2);
  for (const draw of draws) {
    const lines = draw.split('\r\n');
    expect(lines.length).toBeLessThanOrEqual(8);
    // eslint-disable-next-line no-control-regex
    const shown = lines.map((line) => line.replace(/\u001b\[[?\d]*\w/g, ''));
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(60);
  }
  expect(after).toContain('a'.repeat(100));
});
