// Promise: the engine takes the usual events of 25 typed columns, so that no column sends the whole event to the reference reader,
// which is ten times as slow.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { defineContract } from '../../../src/domain/contract/define-contract.js';
import { compareReaders } from '../../support/engine-cases/compare-readers.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';
import { WIDE_COLUMNS, wideEvent } from '../../support/wide-events.js';

const EVENTS = 500;

test('the engine takes wide events', () => {
  const contract = defineContract({ name: 'archive', columns: WIDE_COLUMNS });
  const values = Array.from({ length: EVENTS }, (_, index) => Buffer.from(wideEvent(index)));
  const bounds = { bytes: 256 * 1_024, records: 4_096 };
  const { taken } = compareReaders(compiledEngine(), { contract, values }, bounds);
  // The record at the end of a call may be left to the reference reader.
  expect(taken).toBeGreaterThanOrEqual(EVENTS - 5);
});
