// Promise: the folder of holds is the list of them. Each reason has a file of its name, a meaning, and answers that a person can
// distinguish. Checked against the files.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HOLD_REASONS } from '../../../../src/domain/holds/hold.js';
import { HOLD_KINDS } from '../../../../src/domain/holds/hold-kinds.js';

const OTHERS = ['advice.ts', 'hold-kinds.ts', 'hold.ts'];

test('each reason has a file of its name, and no other file is in the folder', () => {
  const files = readdirSync(new URL('../../../../src/domain/holds', import.meta.url));
  const own = HOLD_REASONS.map(
    (reason) => `${reason.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.ts`,
  );
  expect(files.toSorted()).toEqual([...own, ...OTHERS].toSorted());
});

test.each(HOLD_REASONS)('%s says what happened, and what each answer means', (reason) => {
  const { meaning, choices } = HOLD_KINDS[reason];
  expect(meaning).not.toBe('');
  expect(choices.length).toBeGreaterThan(1);
  expect(new Set(choices.map(({ action }) => action)).size).toBe(choices.length);
  expect(choices.map(({ action }) => action)).toContain('retry');
});
