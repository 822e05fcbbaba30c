// Promise: an error in the options is reported before anything is started, and the files that are written to the repository are
// those of the help.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { HELP, parseCommandLine } from '../../../bench/command-line.js';

test('a comparison writes files only on request, and the other runs write them by default', () => {
  expect(parseCommandLine([])).toMatchObject({ mode: 'compare', write: false });
  expect(parseCommandLine(['--write'])).toMatchObject({ mode: 'compare', write: true });
  expect(parseCommandLine(['--sweep'])).toMatchObject({ mode: 'sweep', write: true });
  expect(parseCommandLine(['--distant'])).toMatchObject({ mode: 'distant', write: true });
  expect(parseCommandLine(['--growth', '--no-write'])).toMatchObject({ write: false });
});

test('programs are resolved from the directory of the command', () => {
  expect(parseCommandLine(['--sinker', 'bin/sinker'])).toMatchObject({
    sinker: resolve('bin/sinker'),
  });
});

test.each([
  [['--sweep', '--freshness'], "can't be combined"],
  [['--only', 'flink'], 'and not flink'],
  [['--rounds', '0'], '--rounds takes a number of at least 1'],
  [['--records', 'many'], '--records takes a whole number'],
  [['--fast'], '--fast'],
])('%j is refused', (args, why) => {
  expect(() => parseCommandLine(args)).toThrow(why);
});

test('the help names every option', () => {
  expect(parseCommandLine(['--help'])).toBeNull();
  for (const option of ['--json', '--no-zod', '--growth', '--document', '--redpanda-connect']) {
    expect(HELP).toContain(option);
  }
});
