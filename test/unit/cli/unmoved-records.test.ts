// Promise: verify does not call records lost that are still in Kafka because the pipeline has not moved them, for example because
// their partition is held. It calls all others lost, and names the holds. Checked on reports and statuses made by hand.
import { expect, test } from 'vitest';
import { PLAIN } from '../../../src/cli/text/style.js';
import { unmovedIn } from '../../../src/cli/unmoved-records.js';
import { verifyLines } from '../../../src/cli/verify-lines.js';
import type { Hold } from '../../../src/domain/holds/hold.js';
import type { PipelineStatus } from '../../../src/domain/pipeline/pipeline-status.js';
import type { OffsetRange } from '../../../src/domain/records/offset-range.js';
import { pipelineStatus } from '../../../src/domain/status/status.js';
import type { VerifyReport } from '../../../src/domain/verify/public-types.js';
import { startingReport } from '../../../src/domain/verify/report.js';
import { aState } from '../../support/pipeline-builders.js';

function aStatus(cursors: readonly number[], holds: readonly Hold[] = []): PipelineStatus {
  const of = pipelineStatus(aState(cursors), { pause: null, draining: null, inHand: [] });
  const partitions = of.partitions.map((each, at) => ({ ...each, cursor: String(cursors[at]) }));
  return { ...of, partitions, holds, state: holds.length > 0 ? 'held' : 'running' };
}

/** Lost records of partitions that were compared from 0 to 100. */
function aReport(
  lost: readonly number[],
  first: readonly OffsetRange[],
  changes: Partial<VerifyReport> = {},
): VerifyReport {
  const report = startingReport();
  const sum = lost.reduce((all, each) => all + each, 0);
  return {
    ...{ ...report, state: 'completed', verdict: 'lost', lost: sum },
    ...{ topic: 'stream-events', groupId: 'group', table: 'default.stream_events' },
    lostRanges: { total: first.length, first },
    partitions: lost.map((count, partition) => ({
      ...{ ...report, partition, first: '0', end: '100', next: '100', lost: count },
    })),
    ...changes,
  };
}

const range = (partition: number, first: number, end: number) => ({
  ...{ partition, first: String(first), end: String(end) },
});

const HELD: Hold = {
  ...{ partition: 0, reason: 'TableRefuses', since: '2026-11-23T07:00:00.000Z', detail: '' },
  range: range(0, 0, 100),
};

function text(report: VerifyReport, status: PipelineStatus): string {
  return verifyLines(report, PLAIN, unmovedIn(report, status, 'orders')).join('\n');
}

test('records of a held partition are not moved yet, and the hold is named with its command', () => {
  const shown = text(aReport([100], [range(0, 0, 100)]), aStatus([0], [HELD]));
  expect(shown).toMatch(/^not moved yet {2}no record is lost/);
  expect(shown).toContain('\nlost 0 · not moved yet 100 · duplicated');
  expect(shown).toContain('  not moved yet: partition 0, offsets 0 to 99');
  expect(shown).toContain('- Held partitions: TableRefuses 1.');
  expect(shown).toContain('`millrace status orders`');
  expect(shown).not.toContain('missing from the table');
});

test('a pipeline that does not run is named with its state', () => {
  const report = aReport([100], [range(0, 0, 100)]);
  const notes = (state: PipelineStatus['state']) => text(report, { ...aStatus([0]), state });
  expect(notes('paused')).toContain('- The pipeline is paused: `millrace status orders`');
  expect(notes('ended')).toContain('- The pipeline has ended: ');
  expect(notes('running')).not.toContain('- The pipeline');
});

test('a missing record before the cursor is lost, and the range is divided there', () => {
  const shown = text(aReport([60], [range(0, 40, 100)]), aStatus([50]));
  expect(shown).toMatch(/^lost {2}records are missing from the table/);
  expect(shown).toContain('\nlost 10 · not moved yet 50 · duplicated');
  expect(shown).toContain('  lost: partition 0, offsets 40 to 49\n');
  expect(shown).toContain('  not moved yet: partition 0, offsets 50 to 99');
});

test('a held range that begins before the cursor counts from its beginning', () => {
  const held = { ...HELD, range: range(0, 30, 60) };
  expect(unmovedIn(aReport([70], [range(0, 30, 100)]), aStatus([60], [held]), 'o')).toMatchObject({
    records: 70,
  });
});

test('records whose ranges are not listed count as lost, unless those before them show the opposite', () => {
  const counted = (report: VerifyReport, status: PipelineStatus) =>
    unmovedIn(report, status, 'orders')?.records;
  // The report lists ranges of partition 0 only; nothing shows which of the 20 records of partition 1 were moved.
  expect(counted(aReport([5, 20], [range(0, 95, 100)]), aStatus([95, 50]))).toBe(5);
  // Listed ranges ascend, so all that are not listed come after the cursor, too.
  expect(counted(aReport([30], [range(0, 10, 12), range(0, 60, 62)]), aStatus([50]))).toBe(28);
  expect(counted(aReport([30], [range(0, 10, 12), range(0, 20, 22)]), aStatus([50]))).toBe(0);
});

test('a pipeline of another topic, group or table says nothing about the report', () => {
  for (const other of [{ topic: 'other' }, { groupId: 'other' }, { table: 'default.other' }]) {
    const report = aReport([100], [range(0, 0, 100)], other);
    expect(unmovedIn(report, aStatus([0]), 'orders')).toBeNull();
    expect(text(report, aStatus([0]))).toMatch(/^lost {2}records are missing/);
  }
});

test('a row of another event is wrong, whatever the pipeline has moved', () => {
  const report = aReport([100], [range(0, 0, 100)], { otherEvents: 1 });
  expect(text(report, aStatus([0]))).toMatch(/^lost {2}/);
});
