// Promise: rows count as records of a log only if something proves it, and a person's decision holds for as long as the log
// lives. Checked over the whole table of decisions, and by what two successive logs may never share.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOfLog, type LogDecision, logOf } from '../../../../src/domain/log/log.js';
import { commitMetadata } from '../../../../src/domain/pipeline/commit-metadata.js';
import { committedIn, whichLog } from '../../../../src/domain/pipeline/which-log.js';
import type { CommittedOffset } from '../../../../src/domain/log/group-offsets.js';
import type { EpochExtent } from '../../../../src/domain/records/offset-range.js';

const [OWN, OLD, OLDER] = ['own', 'old', 'older'].map((name) => name.padEnd(22, '0')) as [
  string,
  string,
  string,
];

function rowsOf(topicId: string, epoch = 0, partition = 0): EpochExtent {
  return { topicId, epoch, partition, first: 0, end: 100, count: 100 };
}

/** An offset that Millrace committed, or another program. */
function commitOf(topicId?: string, log?: LogDecision): CommittedOffset {
  const by =
    topicId === undefined ? '' : commitMetadata({ workflowId: 'w', batch: 7, topicId, log });
  return { partition: 0, offset: 50, metadata: by };
}

const NEW = { choice: 'new', sameAs: [], unknownSince: 3, firstEpoch: 3 } as const;
const SAME = { choice: 'same', sameAs: [OLD], unknownSince: 0, firstEpoch: 0 } as const;

interface Evidence {
  readonly rows?: readonly EpochExtent[];
  readonly letters?: readonly EpochExtent[];
  readonly committed?: readonly CommittedOffset[];
  readonly asked?: 'new' | 'same';
  readonly topicId?: string;
}

const judged = ({ rows = [], letters = [], committed = [], asked, topicId = OWN }: Evidence) =>
  whichLog({ topic: 'orders', topicId, rows, letters, committed, asked });

const NOTHING = { choice: null, sameAs: [], unknownSince: 0, firstEpoch: 0 };

test.each<[string, Evidence, Partial<LogDecision> | 'open']>([
  ['an empty table', {}, NOTHING],
  ['an empty table, with any answer', { asked: 'same' }, NOTHING],
  ['rows of the log', { rows: [rowsOf(OWN)] }, NOTHING],
  ['rows of the log, and "new" in the command', { rows: [rowsOf(OWN)], asked: 'new' }, NOTHING],
  [
    'rows of the log and others',
    { rows: [rowsOf(OWN, 2), rowsOf(OLD)] },
    { ...NOTHING, firstEpoch: 1 },
  ],
  ['rows of another log', { rows: [rowsOf(OLD)] }, 'open'],
  ['dead letters of another log', { letters: [rowsOf(OLD)] }, 'open'],
  ['rows of another log, and offsets', { rows: [rowsOf(OLD)], committed: [commitOf(OWN)] }, 'open'],
  ['rows of unknown log', { rows: [rowsOf('')] }, 'open'],
  [
    'rows of unknown log, and no offset',
    { rows: [rowsOf('')], committed: [{ partition: 0, offset: null, metadata: '' }] },
    'open',
  ],
  ['rows of unknown log, and offsets', { rows: [rowsOf('')], committed: [commitOf()] }, NOTHING],
  [
    'rows of unknown log, and offsets of this one',
    { rows: [rowsOf('')], committed: [commitOf(OWN)] },
    NOTHING,
  ],
  [
    'rows of unknown log, and offsets of another',
    { rows: [rowsOf('')], committed: [commitOf(OLD)] },
    'open',
  ],
  ['rows of unknown log in an epoch of this one', { rows: [rowsOf(''), rowsOf(OWN)] }, NOTHING],
  ['rows of unknown log in earlier epochs', { rows: [rowsOf(''), rowsOf(OWN, 1)] }, 'open'],
  [
    'rows of unknown log in earlier epochs, and offsets',
    { rows: [rowsOf(''), rowsOf(OWN, 1)], committed: [commitOf(OWN)] },
    NOTHING,
  ],
  [
    '"new"',
    { rows: [rowsOf(OLD, 1), rowsOf('', 4, 9)], asked: 'new' },
    { choice: 'new', sameAs: [], unknownSince: 5, firstEpoch: 5 },
  ],
  [
    '"new" over dead letters',
    { letters: [rowsOf(OLD, 6)], asked: 'new' },
    { choice: 'new', firstEpoch: 7 },
  ],
  [
    '"new" again, after it has written rows without an id',
    { rows: [rowsOf('', 2), rowsOf('', 3)], committed: [commitOf(OWN, NEW)], asked: 'new' },
    { choice: 'new', unknownSince: 3, firstEpoch: 3 },
  ],
  [
    '"new" in the command of a log that was already moved',
    { rows: [rowsOf('', 2)], committed: [commitOf(OWN)], asked: 'new' },
    { choice: 'new', unknownSince: 0, firstEpoch: 0 },
  ],
  [
    '"new", remembered',
    { rows: [rowsOf('', 2)], committed: [commitOf(OWN, NEW)] },
    { choice: 'new', unknownSince: 3, firstEpoch: 3 },
  ],
  [
    '"new", remembered of another log',
    { rows: [rowsOf(OLD)], committed: [commitOf(OLD, NEW)] },
    'open',
  ],
  [
    '"same"',
    { rows: [rowsOf(OLD), rowsOf(OLDER), rowsOf('')], asked: 'same' },
    { choice: 'same', sameAs: [OLD, OLDER], unknownSince: 0, firstEpoch: 0 },
  ],
  [
    '"same", remembered',
    { rows: [rowsOf(OLD), rowsOf(OWN)], committed: [commitOf(OWN, SAME)] },
    { choice: 'same', sameAs: [OLD], firstEpoch: 0 },
  ],
  [
    '"same", remembered, without rows of the log',
    { rows: [rowsOf(OLD)], committed: [commitOf(OWN, SAME)] },
    { choice: 'same', sameAs: [OLD] },
  ],
  [
    '"same", remembered, and rows of a third log',
    { rows: [rowsOf(OLD), rowsOf(OLDER)], committed: [commitOf(OWN, SAME)] },
    'open',
  ],
  [
    '"same" overrides "new"',
    { rows: [rowsOf(OLD)], committed: [commitOf(OWN, NEW)], asked: 'same' },
    { choice: 'same', sameAs: [OLD] },
  ],
  ['brokers without ids', { topicId: '', rows: [rowsOf('')], committed: [commitOf('')] }, NOTHING],
  ['brokers without ids, recreated', { topicId: '', rows: [rowsOf('')] }, 'open'],
])('which log: %s', (_, evidence, expected) => {
  const { kind, decision } = judged(evidence);
  if (expected === 'open') expect(kind).toBe('open');
  else expect({ kind, ...decision }).toMatchObject({ kind: 'decided', ...expected });
});

const extents = fc.array(
  fc.record({
    topicId: fc.constantFrom('', OLD, OLDER),
    epoch: fc.nat(9),
    partition: fc.nat(3),
    first: fc.constant(0),
    end: fc.nat(100),
    count: fc.nat(100),
  }),
  { minLength: 1 },
);

test('a log that was declared new ignores existing rows, and shares no epoch with them', () => {
  fc.assert(
    fc.property(extents, extents, (rows, letters) => {
      const { decision } = judged({ rows, letters, asked: 'new' });
      const log = logOf({ topic: 'orders', topicId: OWN, log: decision });
      for (const extent of [...rows, ...letters]) {
        expect(isOfLog(log, extent)).toBe(false);
        expect(extent.epoch).toBeLessThan(decision.firstEpoch);
      }
      const written = { topicId: '', epoch: decision.firstEpoch };
      expect(isOfLog(log, written)).toBe(true);
      // The next start finds the same, whether its command still says "new" or not.
      const committed = [commitOf(OWN, decision)];
      const after = [...rows, rowsOf('', decision.firstEpoch), rowsOf(OWN, decision.firstEpoch)];
      for (const asked of ['new', undefined] as const) {
        const again = judged({ rows: after, letters, committed, ...(asked && { asked }) });
        expect(again).toMatchObject({ kind: 'decided', decision });
      }
    }),
  );
});

test('offsets of another log are not used for this one', () => {
  const log = logOf({ topic: 'orders', topicId: OWN, log: SAME });
  const offsets = committedIn(log, [commitOf(), commitOf(OWN), commitOf(OLD), commitOf(OLDER)]);
  expect(offsets.map(({ offset }) => offset)).toEqual([50, 50, 50, null]);
});

test('leader epochs of a mirrored log are not used for the mirror', () => {
  const log = logOf({ topic: 'orders', topicId: OWN, log: SAME });
  const committed = [commitOf(), commitOf(OWN), commitOf(OLD), commitOf(OLDER)];
  const offsets = committedIn(
    log,
    committed.map((each) => ({ ...each, leaderEpoch: 4 })),
  );
  expect(offsets.map(({ leaderEpoch }) => leaderEpoch)).toEqual([4, 4, undefined, undefined]);
});
