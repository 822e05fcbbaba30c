import { fileURLToPath } from 'node:url';
import { describeServers, type Servers } from '../../dev/stack/describe-stack.js';
import type { CaseResult, FaultCase } from './fault-case.js';
import { startFaultStack } from './fault-stack.js';
import { runCase } from './run-case.js';

export interface RunOptions {
  /** Folder of the built worker. */
  readonly build: string;
  readonly seed: number;
  /** Groups that run at the same time. */
  readonly parallel: number;
  /** With a declared contract. */
  readonly declared?: boolean | undefined;
  /** Also keeps the evidence of successful cases. */
  readonly keepsAll: boolean;
  readonly onResult: (result: CaseResult) => void;
}

/** Folder for the evidence of failed cases. */
export const EVIDENCE = fileURLToPath(new URL('../../.cache/faults', import.meta.url));

export interface Ran {
  /** Ordered like the cases. */
  readonly results: readonly CaseResult[];
  readonly servers: Servers;
}

/** Each group has its own servers, and runs its cases one after the other. */
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

/** The longest ones first, so that all lanes end at about the same time. */
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
