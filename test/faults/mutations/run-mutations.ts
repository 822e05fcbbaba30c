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
  /** Names of guards, or how they begin; all where empty. */
  readonly only: readonly string[];
  readonly say: (line: string) => void;
}

export interface MutationResult {
  readonly mutation: Mutation;
  readonly seed: number;
  /** Cases that noticed; none means that nothing shows what the guard is for. */
  readonly red: readonly CaseResult[];
}

/** Takes one guard after the other out of the worker, and runs the cases that have to notice. */
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
