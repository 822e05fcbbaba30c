// Promise: one wait replaces the waits of all lanes and loses nothing that one of them waits for. It is restarted only if
// necessary, and costs few heartbeats while nothing happens.
import { describe, expect, test } from 'vitest';
import type { AwaitInput } from '../../../../src/domain/pipeline/await-records.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import {
  covers,
  expectedAfter,
  patienceOf,
  sharedWait,
} from '../../../../src/domain/planning/shared-wait.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { aPlan, aSettings, aState, NOW_MS, RUN } from '../../../support/pipeline-builders.js';

const settings = aSettings({ lanes: 2 });

function waitOf(state: PipelineState, lane: number, lookedAtMs: number | null = null): AwaitInput {
  const step = nextStep(state, lane, { ...RUN, due: false, lookedAtMs });
  if (step.kind !== 'await') throw new Error(`the lane wants to ${step.kind}`);
  return step.input;
}

const idle = aState([0, 0, 0, 0], { settings });

describe('a wait shared by two lanes', () => {
  const both = sharedWait([waitOf(idle, 0, 5), waitOf(idle, 1, 9)], []);

  test('asks for the partitions of both, and keeps what each lane needs', () => {
    expect(both.partitions).toEqual([0, 2, 1, 3]);
    expect(both.groups).toMatchObject([
      { partitions: [0, 2], cursors: ['0', '0'], fullRows: 1_000, lookedAtMs: 5 },
      { partitions: [1, 3], cursors: ['0', '0'], fullRows: 1_000, lookedAtMs: 9 },
    ]);
  });

  test('covers each of them, but no moved cursor and no other partitions', () => {
    expect(covers(both, waitOf(idle, 1))).toBe(true);
    const partitions = {
      ...idle.partitions,
      cursor: ['0', '7', '0', '0'],
      end: ['0', '7', '0', '0'],
    };
    expect(covers(both, waitOf({ ...idle, partitions }, 1))).toBe(false);
    expect(covers(waitOf(idle, 0), waitOf(idle, 1))).toBe(false);
  });

  test('does not cover a wait with another interval', () => {
    const other = {
      ...idle,
      settings: aSettings({ ...settings, batch: { ...settings.batch, intervalSeconds: 1 } }),
    };
    expect(covers(both, waitOf(other, 1))).toBe(false);
  });
});

test('the wait of a single lane is unchanged', () => {
  const input = waitOf(idle, 0);
  expect(sharedWait([input], [])).toEqual(input);
});

describe('a lane whose batch is being ingested', () => {
  const plan = { ...aPlan([[1, 0, 40]]), lane: 1 };
  const expected = expectedAfter(idle, plan, NOW_MS);

  test('is awaited from the end of its batch, and is not asked twice', () => {
    expect(expected).toMatchObject({
      partitions: [1, 3],
      cursors: ['40', '0'],
      lookedAtMs: NOW_MS,
    });
    const shared = sharedWait([waitOf(idle, 0)], [expected!]);
    expect(shared.partitions).toEqual([0, 2]);
    expect(shared.watched).toEqual([1, 3]);
    const after = { ...idle.partitions, cursor: ['0', '40', '0', '0'], end: ['0', '40', '0', '0'] };
    expect(covers(shared, waitOf({ ...idle, partitions: after }, 1))).toBe(true);
  });

  test('is reported as unavailable only for the partitions of the wait', () => {
    const shared = sharedWait([waitOf(idle, 0)], [expected!], [0, 3, 9]);
    expect(shared.unavailable).toEqual([0, 3]);
  });

  test('is not awaited behind a full batch, because more records follow', () => {
    expect(expectedAfter(idle, { ...aPlan([[1, 0, 1_000]]), lane: 1 }, NOW_MS)).toBeNull();
  });

  test('finds the last timestamp of a bounded run by itself', () => {
    const shared = sharedWait([{ ...waitOf(idle, 0), untilMs: NOW_MS }], [expected!]);
    const wanted = { ...waitOf(idle, 1), cursors: ['40', '0'] };
    expect(covers(shared, { ...wanted, untilMs: NOW_MS })).toBe(false);
  });
});

test.each([
  ['busy, interval 1 s', { intervalSeconds: 1 }, {}, 0, 3_000],
  ['busy, interval 10 s', { intervalSeconds: 10 }, {}, 59_999, 10_000],
  ['busy, interval 1 h', { intervalSeconds: 3_600 }, {}, 0, 60_000],
  ['idle for a minute', { intervalSeconds: 1 }, {}, 60_000, 60_000],
  ['idle, failover 10 s', { intervalSeconds: 1 }, { failoverSeconds: 10 }, 60_000, 200_000],
])('%s: a worker that died is noticed in time', (_, batch, changes, quietMs, heartbeatMs) => {
  const its = aSettings({ batch: { ...settings.batch, ...batch } });
  expect(patienceOf({ settings: its, ...changes }, quietMs).heartbeatMs).toBe(heartbeatMs);
});
