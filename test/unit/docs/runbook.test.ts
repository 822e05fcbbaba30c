// Promise: the operations guide has each reason of a hold, and each error of ClickHouse that is not simply retried. Checked
// against the lists of the code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { onInsertError } from '../../../src/domain/insert-failures/decide.js';
import { HOLD_REASONS } from '../../../src/domain/holds/hold.js';
import { anInsertError } from '../../support/insert-errors.js';

const guide = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

function section(title: string): string {
  const [, text = ''] = guide.split(new RegExp(`^## ${title}$`, 'm'));
  return text.split(/^## /m)[0] ?? '';
}

/** Beyond the largest error number of ClickHouse. */
const CODES = Array.from({ length: 1_200 }, (_, code) => code);

test('every hold reason has its row', () => {
  const rows = section('Holds');
  expect(HOLD_REASONS.filter((reason) => !rows.includes(`| \`${reason}\``))).toEqual([]);
});

test('every ClickHouse error that is not simply retried is listed', () => {
  const rows = section('Errors that are retried');
  const answered = CODES.filter((code) => onInsertError(anInsertError({ code })) !== 'retry');
  expect(answered.length).toBeGreaterThan(10);
  expect(answered.filter((code) => !new RegExp(`\\b${code}\\b`).test(rows))).toEqual([]);
});
