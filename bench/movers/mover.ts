import type { Stack } from '../../dev/stack/start-stack.js';
import type { Sql } from '../stage/sql.js';

export const MOVER_NAMES = [
  'millrace',
  'millraceWithoutLineage',
  'kafkaEngine',
  'spark',
  'redpandaConnect',
  'sinker',
] as const;
export type MoverName = (typeof MOVER_NAMES)[number];

export const MOVER_TITLES: Readonly<Record<MoverName, string>> = {
  millrace: 'Millrace',
  millraceWithoutLineage: 'Millrace, table without lineage',
  kafkaEngine: 'ClickHouse Kafka table engine',
  spark: 'PySpark structured streaming',
  redpandaConnect: 'Redpanda Connect, raw lines',
  sinker: 'clickhouse_sinker',
};

/** Millrace itself, into whichever table. */
export function isOurs(mover: MoverName): boolean {
  return mover === 'millrace' || mover === 'millraceWithoutLineage';
}

/** What one run of a mover has to move, and where to. */
export interface Job {
  readonly stack: Stack;
  readonly sql: Sql;
  readonly topic: string;
  readonly partitions: number;
  /** Of this run alone; the same word names whatever else the mover needs a name for. */
  readonly group: string;
  readonly database: string;
  readonly table: string;
  /** For settings and logs. */
  readonly folder: string;
}

/** A program that moves events from Kafka into ClickHouse. */
export interface Mover {
  readonly name: MoverName;
  readonly title: string;
  /** `plain` has to be there before the mover starts; its `own` one the mover makes. */
  readonly table: 'plain' | 'own';
  /** Gets a third of the records: it moves under 50,000 a second. */
  readonly isSlow: boolean;
  /** Two of it can share the work, so that one may die. */
  readonly canShare: boolean;
  /** Where it writes something else than it read, in words: its rows can't have the hash of the others. */
  readonly rewrites: string | null;
  /** What the program says of its version. */
  version(): Promise<string>;
  open(job: Job): Promise<MoverRun>;
}

/** One move. */
export interface MoverRun {
  /** Starts one process of the mover. */
  startProcess(): Promise<MoverProcess>;
  /** Has the processes move, where they don't by themselves. Called once, right after the first one has been started. */
  begin(): Promise<void>;
  /** False until what it does at its start is over, as far as it says so. */
  isRunning(): Promise<boolean>;
  /** Events in the history of its workflow so far; null where it has none. */
  historyEvents(): Promise<number | null>;
  /** Leaves nothing behind on the servers. */
  end(): Promise<void>;
}

export interface MoverProcess {
  /** Null where the mover lives in the ClickHouse server. */
  readonly pid: number | null;
  /** How it ended though nobody asked it to, in words. */
  failure(): string | null;
  /** SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}
