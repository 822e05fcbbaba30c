import type { CaseResult } from '../fault-case.js';
import type { StallReport } from '../cluster/stall-verdict.js';
import { seconds } from './lines.js';

/** How long partitions were stalled, each beside its reference. */
export const STALL_HEADS = [
  'before the fault',
  'unaffected partitions',
  'affected partitions',
  'Kafka’s own consumer there',
] as const;

/** The longest of all faults of all runs. Of affected partitions, the one furthest behind the consumer. */
export function stallCells(results: readonly CaseResult[]): readonly string[] {
  const stalls = results.flatMap((result) => result.stalls ?? []);
  if (stalls.length === 0) return STALL_HEADS.map(() => '');
  const longest = (pick: (stall: StallReport) => number | null) => {
    const found = stalls.map(pick).filter((ms) => ms !== null);
    return found.length === 0 ? 'none' : seconds(Math.max(...found));
  };
  const affected = stalls.filter(({ affectedMs }) => affectedMs !== null);
  const [worst] = affected.sort((a, b) => behind(b) - behind(a));
  return [
    longest(({ beforeMs }) => beforeMs),
    longest(({ unaffectedMs }) => unaffectedMs),
    worst === undefined ? 'none' : seconds(worst.affectedMs ?? 0),
    worst === undefined ? 'none' : seconds(worst.consumerMs ?? 0),
  ];
}

function behind({ affectedMs, consumerMs }: StallReport): number {
  return (affectedMs ?? 0) - (consumerMs ?? 0);
}
