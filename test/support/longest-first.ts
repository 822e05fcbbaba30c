import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than 40 s, the longest first. If one began late, it would run on alone. */
const LONGEST = [
  'integration/faults-short',
  'integration/kafka/codecs',
  'integration/docs/commands',
  'integration/redrive-faults',
  'integration/pipeline/killed-workers',
  'integration/rolling-restart',
  'integration/verify-large',
  'integration/pipeline/refusals',
  'integration/secrets',
  'integration/contracts/private-values',
  'integration/security',
  'integration/stack',
  'integration/pipeline/continue-as-new',
  'integration/front/process',
  'integration/metrics',
  'integration/pipeline/start',
  'integration/long-histories',
  'integration/clickhouse/failures',
  'integration/verify',
  'integration/redrive',
].map((name) => `/test/${name}.test.ts`);

/** vitest begins with the largest files unless it has run them before, which is never the case in a clean checkout. */
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
