import { fileURLToPath } from 'node:url';
import type { CaseResult, FaultCase } from './fault-case.js';
import { startFaultStack } from './fault-stack.js';
import { runCase } from './run-case.js';

export interface RunOptions {
  /** Folder of the built worker. */
  readonly build: string;
  readonly seed: number;
  /** Keeps what good cases saw as well. */
  readonly keepsAll: boolean;
  readonly onResult: (result: CaseResult) => void;
}

/** Where failed cases leave what they saw. */
export const EVIDENCE = fileURLToPath(new URL('../../.cache/faults', import.meta.url));

/** One case after the other; each group has servers of its own. */
export async function runCases(
  cases: readonly FaultCase[],
  { onResult, ...options }: RunOptions,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const group of new Set(cases.map(groupOf))) {
    const stack = await startFaultStack();
    try {
      for (const each of cases.filter((other) => groupOf(other) === group)) {
        const result = await runCase(each, { ...options, stack, evidence: EVIDENCE });
        onResult(result);
        results.push(result);
      }
    } finally {
      await stack.stop();
    }
  }
  return results;
}

function groupOf({ name }: FaultCase): string {
  return name.split('/')[0] ?? name;
}
