// Promise: after any elections it is known whether a log still has what was read of it, and from which offset on it does not.
// Checked on a model of replicas that lose their ends in unclean elections, against the records themselves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Common,
  type EpochEnd,
  narrow,
  startComparing,
} from '../../../../src/domain/log/divergence.js';
import {
  addLeaderEpochs,
  type LeaderEpochs,
  leaderEpochsBelow,
} from '../../../../src/domain/log/leader-epochs.js';

interface Written {
  readonly epoch: number;
  readonly id: number;
}

type Act =
  | { readonly kind: 'write'; readonly count: number }
  | { readonly kind: 'copy'; readonly to: number }
  | { readonly kind: 'elect'; readonly replica: number }
  | { readonly kind: 'read' };

const REPLICAS = 3;
const replica = fc.integer({ min: 0, max: REPLICAS - 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('copy' as const), to: replica }),
  fc.record({ kind: fc.constant('elect' as const), replica }),
  fc.record({ kind: fc.constant('read' as const) }),
);

/** Replicas as in Kafka: any may become the leader, however few records it has. */
class Cluster {
  readonly logs: Written[][] = Array.from({ length: REPLICAS }, () => []);
  leader = 0;
  epoch = 0;
  /** Where the leader's log ended when it began. */
  begins = 0;
  #ids = 0;

  get log(): readonly Written[] {
    return this.logs[this.leader]!;
  }

  write(count: number): void {
    for (let at = 0; at < count; at++) {
      this.logs[this.leader]!.push({ epoch: this.epoch, id: this.#ids++ });
    }
  }

  copy(to: number): void {
    this.logs[to] = [...this.log];
  }

  elect(next: number): void {
    this.leader = next;
    this.epoch += 1;
    this.begins = this.log.length;
  }

  /** As `LeaderEpochFileCache.endOffsetFor` answers. */
  endOf(asked: number): EpochEnd {
    if (asked >= this.epoch) return { epoch: this.epoch, end: this.log.length };
    const above = this.log.findIndex(({ epoch }) => epoch > asked);
    const end = above < 0 ? this.begins : Math.min(above, this.begins);
    return { epoch: this.log[end - 1]?.epoch ?? asked, end };
  }
}

function compare(cluster: Cluster, end: number, leaderEpochs: LeaderEpochs): Common {
  let common = startComparing({ partition: 0, end, leaderEpochs });
  let asked = 0;
  while (common.isExact === null) {
    asked += 1;
    expect(asked).toBeLessThan(100);
    common = narrow(common, cluster.endOf(common.leaderEpochs.at(-1)![0]));
  }
  return common;
}

test('the first different offset is found after any elections', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const cluster = new Cluster();
      let seen: Written[] = [];
      let epochs: LeaderEpochs = [];
      for (const next of acts) {
        if (next.kind === 'write') cluster.write(next.count);
        if (next.kind === 'copy') cluster.copy(next.to);
        if (next.kind === 'elect') cluster.elect(next.replica);
        if (next.kind !== 'read') continue;
        const first = seen.findIndex(({ id }, at) => cluster.log[at]?.id !== id);
        const truth = first < 0 ? seen.length : first;
        const found = compare(cluster, seen.length, epochs);
        if (seen.length > 0) {
          // So little may be known of an old end that more than necessary is read again, but never less.
          if (found.isExact) expect(found.end).toBe(truth);
          else expect(found.end).toBeGreaterThanOrEqual(truth);
          expect(found.end < seen.length).toBe(truth < seen.length);
        }
        seen = cluster.log.slice();
        epochs = leaderEpochsBelow(epochs, truth);
        const read = seen.slice(truth).map(({ epoch }, at) => [epoch, truth + at] as const);
        epochs = addLeaderEpochs(epochs, read);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('an epoch that the leader never had is narrowed down by the epochs before it', () => {
  const left = narrow(
    {
      end: 14_905,
      leaderEpochs: [
        [3, 0],
        [5, 11_198],
      ],
      isExact: null,
    },
    { epoch: 3, end: 20_000 },
  );
  expect(left).toMatchObject({ end: 11_198, isExact: true });
});

test('if the leaders of earlier records are unknown, the logs may differ earlier', () => {
  const left = narrow({ end: 100, leaderEpochs: [[5, 99]], isExact: null }, { epoch: 3, end: 60 });
  expect(left).toMatchObject({ end: 60, isExact: false });
});

test('nothing is compared if nothing is known', () => {
  expect(startComparing({ partition: 0, end: 9, leaderEpochs: [] }).isExact).toBe(false);
});
