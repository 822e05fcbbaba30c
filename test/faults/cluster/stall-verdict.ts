import { seconds } from '../report/lines.js';

/** The longest times without an arrival, by partition, in milliseconds. */
export type Longest = ReadonlyMap<number, number>;

/** Observations of one fault by three witnesses of the same partitions. */
export interface Seen {
  /** Rows before the fault, while everything worked. */
  readonly before: Longest;
  readonly rows: Longest;
  /** Kafka's own consumer. */
  readonly consumer: Longest;
  /** Acknowledgements for the producer: nothing can arrive earlier. */
  readonly producer: Longest;
  /** Partitions with a replica on the faulty broker. */
  readonly affected: readonly number[];
}

/** One fault, as in `--json` and the table, in milliseconds. */
export interface StallReport {
  /** The longest of any partition before the fault: the effect of the machine itself. */
  readonly beforeMs: number;
  /** The longest of the unaffected partitions. Null if the fault affects all. */
  readonly unaffectedMs: number | null;
  /** The affected partition that was furthest behind the consumer, or least ahead of it. Null if there is none. */
  readonly affectedMs: number | null;
  /** Kafka's own consumer in that partition. */
  readonly consumerMs: number | null;
  /** The producer in that partition. */
  readonly producerMs: number | null;
}

export const UNAFFECTED_MAX_MS = 3_000;
export const BEYOND_CONSUMER_MAX_MS = 5_000;

/** What to report, and what exceeded its bound. The machine's own share is added to each bound. */
export function judgeStalls(seen: Seen): { report: StallReport; problems: readonly string[] } {
  const beforeMs = Math.max(0, ...seen.before.values());
  const of = (longest: Longest, partition: number) => longest.get(partition) ?? 0;
  const behind = (partition: number) => of(seen.rows, partition) - of(seen.consumer, partition);
  const others = [...seen.rows.keys()].filter((each) => !seen.affected.includes(each));
  const problems = [
    ...others.flatMap((partition) => {
      const ms = of(seen.rows, partition);
      const boundMs = UNAFFECTED_MAX_MS + beforeMs;
      if (ms <= boundMs) return [];
      return [
        `partition ${partition}, which the fault does not concern, stood still for ${seconds(ms)}: more than ${seconds(boundMs)}, and ${seconds(of(seen.producer, partition))} for the producer`,
      ];
    }),
    ...seen.affected.flatMap((partition) => {
      if (behind(partition) <= BEYOND_CONSUMER_MAX_MS + beforeMs) return [];
      return [
        `partition ${partition} stood still for ${seconds(of(seen.rows, partition))}, and ${seconds(of(seen.consumer, partition))} for Kafka’s own consumer`,
      ];
    }),
  ];
  const worst = [...seen.affected].sort((a, b) => behind(b) - behind(a))[0];
  const report = {
    beforeMs,
    unaffectedMs:
      others.length === 0 ? null : Math.max(...others.map((each) => of(seen.rows, each))),
    affectedMs: worst === undefined ? null : of(seen.rows, worst),
    consumerMs: worst === undefined ? null : of(seen.consumer, worst),
    producerMs: worst === undefined ? null : of(seen.producer, worst),
  };
  return { report, problems };
}
