// Promise: a fault case fails if a partition that the fault does not affect is stalled for more than 3 s, or an affected one for
// 5 s more than Kafka's own consumer. The machine's own delay is added to both. Checked with invented times.
import { expect, it } from 'vitest';
import { createGaps } from '../../faults/cluster/gaps.js';
import { judgeStalls, type Seen } from '../../faults/cluster/stall-verdict.js';

const of = (...longest: number[]) => new Map(longest.entries());

const SEEN: Seen = {
  before: of(300, 1_000),
  rows: of(4_000, 16_000),
  consumer: of(400, 10_000),
  producer: of(0, 9_000),
  affected: [1],
};

it('accepts stalls within both bounds, allowing for the load of the machine', () => {
  expect(judgeStalls(SEEN)).toEqual({
    report: {
      ...{ beforeMs: 1_000, unaffectedMs: 4_000 },
      ...{ affectedMs: 16_000, consumerMs: 10_000, producerMs: 9_000 },
    },
    problems: [],
  });
});

it('finds the stalled partition that the fault does not affect', () => {
  const { problems } = judgeStalls({ ...SEEN, rows: of(4_001, 16_000) });
  expect(problems).toEqual([
    expect.stringMatching(/^partition 0, which .* more than 4\.0 s, and 0\.0 s for the producer$/),
  ]);
});

it('finds the affected partition that was stalled longer than Kafka’s own consumer needs', () => {
  const { problems } = judgeStalls({ ...SEEN, rows: of(4_000, 16_001) });
  expect(problems).toEqual([
    'partition 1 stood still for 16.0 s, and 10.0 s for Kafka’s own consumer',
  ]);
});

it('reports the affected partition that is furthest behind the consumer', () => {
  const { report } = judgeStalls({ ...SEEN, affected: [0, 1] });
  expect(report).toMatchObject({ unaffectedMs: null, affectedMs: 16_000, consumerMs: 10_000 });
});

it('counts a gap that is still open, and forgets it once it was reported', () => {
  let nowMs = 0;
  const gaps = createGaps(() => nowMs);
  gaps.begin(0);
  nowMs = 500;
  gaps.arrived(0);
  nowMs = 1_200;
  expect(gaps.takeLongest()).toEqual(new Map([[0, 700]]));
  gaps.arrived(0);
  nowMs = 1_300;
  gaps.arrived(0);
  gaps.arrived(7);
  expect(gaps.arrivals(0)).toBe(3);
  nowMs = 1_350;
  expect(gaps.takeLongest()).toEqual(new Map([[0, 700]]));
});
