// Promise: a redrive that leaves dead letters of other contracts alone says how many, and which command redrives them. Dead
// letters without a contract come with the statement that gives them one. Checked over answers of the dead letter table.
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import {
  resolveRedrive,
  type ResolveRedriveDependencies,
} from '../../../src/activities/resolve-redrive.js';
import type { SettingsDefaults } from '../../../src/domain/pipeline/settings.js';
import type { TableContents } from '../../../src/domain/ports/table-contents.js';
import type {
  LetterCounts,
  LettersOf,
  OpenLetters,
} from '../../../src/domain/redrive/open-letters.js';
import type { RedrivePlan } from '../../../src/domain/redrive/plan.js';
import type { RedriveInput } from '../../../src/domain/redrive/public-types.js';
import { redriveReport } from '../../../src/domain/redrive/report.js';
import { firstRedriveState } from '../../../src/domain/redrive/state.js';

const NONE: LetterCounts = { open: {}, skips: 0, others: [], contractColumn: 'stored' };

async function resolved(input: RedriveInput, counts: Partial<LetterCounts>) {
  const asked: LettersOf[] = [];
  const dependencies: ResolveRedriveDependencies = {
    contents: {
      describe: async () => ({
        target: { columns: ['id'], findable: true },
        unfit: null,
        hasDeadLetters: true,
      }),
    } as unknown as TableContents,
    openLetters: {
      count: async (letters: LettersOf) => {
        asked.push(letters);
        return { ...NONE, ...counts };
      },
    } as unknown as OpenLetters,
    contracts: { assertHas: () => undefined },
    defaults: { topic: 'orders', table: 'orders', database: 'shop' } as SettingsDefaults,
  };
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const plan: RedrivePlan = await environment.run(() => resolveRedrive(input, dependencies));
  return { plan, asked, report: redriveReport(firstRedriveState(plan), 'working') };
}

test('a redrive takes the dead letters of the contract of the input', async () => {
  expect((await resolved({}, {})).asked).toMatchObject([{ contract: undefined, topic: 'orders' }]);
  const { asked, plan, report } = await resolved({ contract: 'table' }, {});
  expect(asked).toMatchObject([{ contract: 'table' }]);
  expect(plan).toMatchObject({ contract: 'table', notes: [] });
  expect(report.otherContracts).toEqual({});
});

test('dead letters of other contracts are counted, with the command that redrives them', async () => {
  const others = [
    { contract: 'table', letters: 1_200 },
    { contract: 'clicks', letters: 1 },
  ];
  const { plan, report } = await resolved({}, { others });
  expect(plan.notes).toEqual([
    '1,200 open dead letters of contract table are not processed: give "contract":"table" to process them.',
    '1 open dead letter of contract clicks is not processed: give "contract":"clicks" to process it.',
  ]);
  expect(report.otherContracts).toEqual({ table: 1_200, clicks: 1 });
});

test('dead letters without a contract count as those of stream_events, with the statement that changes it', async () => {
  const others = [
    { contract: '', letters: 5 },
    { contract: 'stream_events', letters: 2 },
  ];
  const { plan, report } = await resolved({ contract: 'table' }, { others });
  expect(plan.notes).toEqual([
    "5 open dead letters name no contract, count as those of stream_events and are not processed. If contract table rejected them, run: ALTER TABLE shop.orders_dead_letters UPDATE contract = 'table' WHERE contract = '' AND stage != 'skip'",
    '2 open dead letters of contract stream_events are not processed: give "contract":"stream_events" to process them.',
  ]);
  expect(report.otherContracts).toEqual({ stream_events: 7 });
});

test('a table without the column gets it, with the contract that rejected its dead letters', async () => {
  const others = [{ contract: '', letters: 1 }];
  const missing = await resolved({ contract: 'table' }, { others, contractColumn: 'missing' });
  expect(missing.plan.notes).toEqual([
    "1 open dead letter names no contract, counts as one of stream_events and is not processed. If contract table rejected it, run: ALTER TABLE shop.orders_dead_letters ADD COLUMN contract LowCardinality(String) DEFAULT 'table'",
  ]);
  const unfit = await resolved({ contract: 'table' }, { others, contractColumn: 'unfit' });
  expect(unfit.plan.notes).toEqual([
    "1 open dead letter names no contract, counts as one of stream_events and is not processed: column contract of shop.orders_dead_letters has a type that Millrace can't fill. The status of a pipeline that writes into shop.orders shows the statement that fixes it.",
  ]);
});
