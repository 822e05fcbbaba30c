import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of more than 40 s, the longest first. Begun late, one of them would run on alone. */
const LONGEST = [
  'integration/faults-short',
  'integration/redrive-faults',
  'integration/pipeline/refusals',
  'integration/docs/commands',
  'integration/long-histories',
  'integration/metrics',
  'integration/rolling-restart',
  'integration/secrets',
  'integration/stack',
  'integration/pipeline/start',
  'integration/verify-large',
  'integration/verify',
  'integration/redrive',
].map((name) => `/test/${name}.test.ts`);

/** vitest begins with the largest files unless it has run them here before: on a clean checkout it never has. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return at === -1 ? LONGEST.length : at;
}
