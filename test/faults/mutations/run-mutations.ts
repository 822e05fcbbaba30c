import { type CaseResult, isGood } from '../fault-case.js';
import { caseLine } from '../report/lines.js';
import { runCases } from '../run-cases.js';
import { CASES } from '../suite.js';
import { mutatedBuild } from './mutated-build.js';
import { type Mutation, MUTATIONS } from './mutations.js';

export interface MutationOptions {
  /** Folder of the worker with all its guards. */
  readonly build: string;
  readonly seed: number;
  /** Names of guards, or their beginnings. All if empty. */
  readonly only: readonly string[];
  readonly say: (line: string) => void;
}

export interface MutationResult {
  readonly mutation: Mutation;
  readonly seed: number;
  /** Cases that detected the removal. If there is none, no case tests the guard. */
  readonly red: readonly CaseResult[];
}

/** Removes one guard at a time from the worker, and runs the cases that must detect it. */
export async function runMutations(options: MutationOptions): Promise<readonly MutationResult[]> {
  const { only } = options;
  const wanted = MUTATIONS.filter(
    ({ name }) => only.length === 0 || only.some((start) => name.startsWith(start)),
  );
  const results: MutationResult[] = [];
  for (const mutation of wanted) results.push(await runMutation(mutation, options));
  return results;
}

async function runMutation(
  mutation: Mutation,
  { build, seed, say }: MutationOptions,
): Promise<MutationResult> {
  const mutated = await mutatedBuild(build, mutation);
  const red: CaseResult[] = [];
  const onResult = (result: CaseResult) => {
    say(`${mutation.name} taken out: ${caseLine(result)}`);
    if (!isGood(result)) red.push(result);
  };
  try {
    const cases = CASES.filter(({ name }) => mutation.cases.includes(name));
    const options = { build: mutated.folder, seed, parallel: 1, keepsAll: false, onResult };
    await runCases(cases, options);
  } finally {
    await mutated.remove();
  }
  say(`${red.length > 0 ? 'ok  ' : 'FAIL'} ${mutation.name}: ${red.length} cases noticed`);
  return { mutation, seed, red };
}
