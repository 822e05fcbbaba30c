// Promise: each mutation of `npm run faults -- --mutations` still applies to the worker, so that the run removes what it says.
// Checked by applying all of them to copies of the built worker, and by checking that the cases they name exist.
import { expect, inject, it } from 'vitest';
import { mutatedBuild } from '../faults/mutations/mutated-build.js';
import { MUTATIONS } from '../faults/mutations/mutations.js';
import { CASES } from '../faults/suite.js';

const build = inject('workerBuild');

it.each(MUTATIONS)('removes the guard $name from the built worker', async (mutation) => {
  const { remove } = await mutatedBuild(build, mutation);
  await remove();
});

it('refuses a piece of code that does not occur exactly once', async () => {
  await expect(mutatedBuild(build, { edits: [edit('return')] })).rejects.toThrow('instead of once');
  await expect(mutatedBuild(build, { edits: [edit('no such code')] })).rejects.toThrow('0 times');
});

it('refuses a file that the worker does not contain', async () => {
  const elsewhere = { file: 'src/no-such-file.ts', find: 'a', replace: 'b' };
  await expect(mutatedBuild(build, { edits: [elsewhere] })).rejects.toThrow('no-such-file.ts');
});

it('names cases that exist', () => {
  const names = new Set(CASES.map(({ name }) => name));
  expect(MUTATIONS.flatMap(({ cases }) => cases).filter((name) => !names.has(name))).toEqual([]);
});

function edit(find: string) {
  return { file: 'src/activities/ingest-batch/write-block.ts', find, replace: '' };
}
