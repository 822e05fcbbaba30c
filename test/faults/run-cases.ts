import { fileURLToPath } from 'node:url';
import { describeServers, type Servers } from '../../dev/stack/describe-stack.js';
import type { CaseResult, FaultCase } from './fault-case.js';
import { startFaultStack } from './fault-stack.js';
import { runCase } from './run-case.js';

export interface RunOptions {
  /** Folder of the built worker. */
  readonly build: string;
  readonly seed: number;
  /** Groups at once. */
  readonly parallel: number;
  /** With a declared contract. */
  readonly declared?: boolean | undefined;
  /** Keeps what good cases saw as well. */
  readonly keepsAll: boolean;
  readonly onResult: (result: CaseResult) => void;
}

/** Where failed cases leave what they saw. */
export const EVIDENCE = fileURLToPath(new URL('../../.cache/faults', import.meta.url));

export interface Ran {
  /** In the order of the cases. */
  readonly results: readonly CaseResult[];
  readonly servers: Servers;
}

/** Each group has servers of its own, and one case follows the other there. */
export async function runCases(cases: readonly FaultCase[], options: RunOptions): Promise<Ran> {
  const results = new Map<string, CaseResult>();
  const seen: Servers[] = [];
  const runGroup = async (group: readonly FaultCase[]) => {
    const { brokers = 1, kafkaVersion } = group[0] ?? {};
    const stack = await startFaultStack({ brokers, ...(kafkaVersion && { kafkaVersion }) });
    try {
      seen.push(await describeServers(stack));
      for (const each of group) {
        const result = await runCase(each, { ...options, stack, evidence: EVIDENCE });
        options.onResult(result);
        results.set(each.name, result);
      }
    } finally {
      await stack.stop();
    }
  };
  await inLanes(groupsOf(cases), options.parallel, runGroup);
  const [servers] = seen;
  if (servers === undefined) throw new Error('no case was run');
  return { servers, results: cases.flatMap(({ name }) => results.get(name) ?? []) };
}

/** The longest ones first, so that lanes end together. */
function groupsOf(cases: readonly FaultCase[]): (readonly FaultCase[])[] {
  const names = [...new Set(cases.map(groupOf))];
  return names
    .map((name) => cases.filter((each) => groupOf(each) === name))
    .sort((a, b) => b.length - a.length);
}

async function inLanes<T>(
  waiting: T[],
  lanes: number,
  run: (each: T) => Promise<void>,
): Promise<void> {
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}

function groupOf({ name }: FaultCase): string {
  return name.split('/')[0] ?? name;
}
