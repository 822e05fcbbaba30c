// Promise: the last line of a comparison gives programs the results of the rounds: medians, the lower of whole-run and steady
// ratio, and nothing about a mover that was missing. Checked on figures whose two ratios differ.
import { expect, test } from 'vitest';
import type { Comparison, MoveFigures } from '../../../bench/compare/figures.js';
import { jsonLine } from '../../../bench/compare/json-line.js';

function move(mover: MoveFigures['mover'], wholeRate: number, steadyRate: number): MoveFigures {
  return {
    ...{ mover, records: 1_000, wholeRate, steadyRate, peakMiB: 250.004 },
    cpuMicros: { mover: 2.345, clickHouse: 2, kafka: 1, temporal: 0.1 },
    ...{ lost: 0, doubled: 0, isExact: true, historyEvents: null },
  };
}

const limit = (rowsPerSecond: number) => ({ rowsPerSecond, clickHouseMicros: 1 });

const COMPARISON: Comparison = {
  ...{ records: 1_000, partitions: 4, zodPath: null, programs: {}, leftOut: [], failures: [] },
  moves: [
    move('millrace', 200, 300),
    move('millrace', 100, 500),
    move('millrace', 300, 200),
    move('sinker', 50, 150),
    move('kafkaEngine', 100, 100),
  ],
  kills: [
    {
      ...{ mover: 'millrace', records: 1_000, lost: 0, doubled: 0, isExact: true },
      ...{ stallSeconds: 3.4567, hadSecond: true },
    },
  ],
  limits: {
    read: { recordsPerSecond: 1_000, cpuMicros: 0.3 },
    insert: limit(400),
    insertFromFiles: limit(800),
  },
};

test('the line contains medians, and the lower of two ratios', () => {
  expect(JSON.parse(jsonLine(COMPARISON))).toEqual({
    rowsPerSecond: { millrace: 200, sinker: 50, kafkaEngine: 100 },
    // Four times as fast by the whole run, and twice by the steady rate.
    ratio: { sinker: 2, kafkaEngine: 2, insertLimit: 0.5 },
    cpuMicrosPerRow: 2.35,
    rssMiB: 250,
    lost: 0,
    doubled: 0,
    killed: { millrace: { lost: 0, doubled: 0, stallSeconds: 3.46 } },
  });
});

test('a single lost row in one round is not averaged away', () => {
  const moves = COMPARISON.moves.map((each, index) => (index === 1 ? { ...each, lost: 1 } : each));
  expect(JSON.parse(jsonLine({ ...COMPARISON, moves }))).toMatchObject({ lost: 1 });
});

test('without Millrace there are rates and no ratios', () => {
  const moves = COMPARISON.moves.filter(({ mover }) => mover === 'sinker');
  expect(JSON.parse(jsonLine({ ...COMPARISON, moves }))).toMatchObject({
    rowsPerSecond: { sinker: 50 },
    ratio: {},
    lost: null,
  });
});
